// An empty folder outside of the repository, with the packages installed from their tarballs and nothing else of ours.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What an author of a plugin installs besides. */
const TOOLS = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@types/node',
  'fast-check',
  'typescript',
  'vitest',
];

/** Runs a command in `folder`; gives what it printed, throws with it when the exit code is not `code`. */
export function run(folder, command, args, { code = 0, env = {} } = {}) {
  const options = {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', NX_DAEMON: 'false', NX_TUI: 'false', ...env },
  };
  let [status, output] = [0, ''];
  try {
    output = execFileSync(command, args, options);
  } catch (error) {
    [status, output] = [error.status, `${error.stdout ?? ''}${error.stderr ?? ''}`];
    if (status === null || status === undefined) throw error;
  }
  if (status === code) return output;
  const expected = `expected exit code ${code}, received ${status}`;
  throw new Error(`${command} ${args.join(' ')} in ${folder}: ${expected}\n${output}`);
}

/**
 * Installs tarballs, and what they depend on, into `folder`. Versions of others are those of the repository's lock file, so
 * that npm takes them from its cache where it has them: after `npm ci` this needs no network.
 */
export function install(folder, tarballs) {
  mkdirSync(folder, { recursive: true });
  const { packages, ...lock } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const others = Object.entries(packages).filter(
    ([path, { link }]) =>
      path.startsWith('node_modules/') && !link && !path.startsWith('node_modules/@evenkeel/'),
  );
  const versions = TOOLS.map((name) => [name, packages[`node_modules/${name}`].version]);
  const own = tarballs.map(({ name, path }) => [name, `file:${path}`]);
  const manifest = {
    name: 'consumer',
    version: '1.0.0',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries([...own, ...versions]),
  };
  const write = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value, null, 2));
  write('package.json', manifest);
  write('package-lock.json', {
    ...lock,
    name: 'consumer',
    packages: Object.fromEntries([['', { name: 'consumer', version: '1.0.0' }], ...others]),
  });
  const options = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    run(folder, 'npm', [...options, '--offline']);
  } catch {
    run(folder, 'npm', options);
  }
}
