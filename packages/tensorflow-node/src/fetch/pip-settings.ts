import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseConfig } from './config-parser.js';

/** Where wheels come from and how they are reached, as pip is told on this machine. */
export interface PipSettings {
  /** Address of the package index (its "simple" page); undefined where nobody names one. */
  readonly index: string | undefined;
  /** Local folders that may hold wheels. */
  readonly findLinks: readonly string[];
  /** Only those folders are asked. */
  readonly noIndex: boolean;
  /** Proxy for everything; undefined where the usual variables (`HTTPS_PROXY`, `NO_PROXY`) decide. */
  readonly proxy: string | undefined;
  /** PEM file of certificate authorities besides those that Node knows. */
  readonly cert: string | undefined;
}

/** Where settings are looked for. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
}

/**
 * pip's settings, read without pip: its environment variables (`PIP_INDEX_URL`, `PIP_FIND_LINKS`, `PIP_NO_INDEX`, `PIP_PROXY`,
 * `PIP_CERT`), then its configuration files (that of `PIP_CONFIG_FILE`, of a virtual environment, of the user, of the machine), of
 * which the nearest wins. User names, passwords and variables in addresses are kept as they stand.
 */
export function pipSettings(
  { env, platform, home }: Surroundings = { env: process.env, platform: process.platform, home: homedir() },
): PipSettings {
  const values = new Map<string, string>();
  for (const file of configFiles({ env, platform, home })) {
    const sections = parseConfig(readOrNothing(file));
    for (const name of ['global', 'download']) {
      for (const [key, value] of sections.get(name) ?? []) values.set(key, value);
    }
  }
  for (const key of ['index-url', 'find-links', 'no-index', 'proxy', 'cert']) {
    const value = env[`PIP_${key.toUpperCase().replaceAll('-', '_')}`];
    if (value) values.set(key, value);
  }
  return {
    index: values.get('index-url') || undefined,
    findLinks: (values.get('find-links') ?? '').split(/\s+/).flatMap(localFolder),
    noIndex: /^(1|true|yes|on|t|y)$/i.test(values.get('no-index') ?? ''),
    proxy: values.get('proxy') || undefined,
    cert: values.get('cert') || env.REQUESTS_CA_BUNDLE || env.SSL_CERT_FILE || undefined,
  };
}

/** pip's configuration files, whether they are there or not; a later one wins. */
export function configFiles({ env, platform, home }: Surroundings): readonly string[] {
  const named = env.PIP_CONFIG_FILE;
  if (named === '/dev/null' || named?.toLowerCase() === 'nul') return [];
  const site = env.VIRTUAL_ENV;
  return [
    ...machineFiles(env, platform),
    ...(named && existsSync(named) ? [] : userFiles(env, platform, home)),
    ...(site ? [join(site, fileName(platform))] : []),
    ...(named ? [named] : []),
  ];
}

const fileName = (platform: string): string => (platform === 'win32' ? 'pip.ini' : 'pip.conf');

function machineFiles(env: Surroundings['env'], platform: string): readonly string[] {
  if (platform === 'win32') return [join(env.ProgramData ?? 'C:\\ProgramData', 'pip', 'pip.ini')];
  if (platform === 'darwin') return ['/Library/Application Support/pip/pip.conf'];
  const folders = (env.XDG_CONFIG_DIRS || '/etc/xdg').split(delimiter).reverse();
  return [...folders.map((folder) => join(folder, 'pip', 'pip.conf')), '/etc/pip.conf'];
}

function userFiles(env: Surroundings['env'], platform: string, home: string): readonly string[] {
  if (platform === 'win32')
    return [join(home, 'pip', 'pip.ini'), ...(env.APPDATA ? [join(env.APPDATA, 'pip', 'pip.ini')] : [])];
  const library = join(home, 'Library', 'Application Support', 'pip');
  const config =
    platform === 'darwin' && existsSync(library)
      ? library
      : join(env.XDG_CONFIG_HOME || join(home, '.config'), 'pip');
  return [join(home, '.pip', 'pip.conf'), join(config, 'pip.conf')];
}

function localFolder(link: string): string[] {
  if (link === '' || /^https?:/i.test(link)) return [];
  try {
    return [/^file:/i.test(link) ? fileURLToPath(link) : link];
  } catch {
    return [];
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
