import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freePort } from './engine/free-port.js';
import type { TinyRunReport, TinyRunSettings } from './tiny-run.fixture.js';

/** How a process of a test ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it printed last, where that is a report. */
  readonly report: TinyRunReport | undefined;
  readonly seconds: number;
}

const PROGRAM = fileURLToPath(new URL('./tiny-run.fixture.ts', import.meta.url));

/** Node reads the sources of this repository as vitest does: types are left out when a file is loaded. */
const HOOKS = `
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '${pathToFileURL(createRequire(import.meta.url).resolve('rolldown/utils')).href}';
export function resolve(specifier, context, next) {
  if (specifier.startsWith('.') && specifier.endsWith('.js')) {
    const source = new URL(specifier.replace(/js$/, 'ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, shortCircuit: true };
  }
  return next(specifier, context);
}
export function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const file = fileURLToPath(url);
  return { format: 'module', source: transformSync(file, readFileSync(file, 'utf8')).code, shortCircuit: true };
}`;

const asUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

/** What Node is given in front of a script that is TypeScript of this repository. */
export const FROM_SOURCE: readonly string[] = [
  '--conditions=@evenkeel/source',
  '--no-warnings',
  '--import',
  asUrl(`import { register } from 'node:module'; register(${JSON.stringify(asUrl(HOOKS))});`),
];

/** Starts one process; `environment` is added to that of the test. */
export async function runProcess(
  settings: TinyRunSettings,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const from = performance.now();
  const child = spawn(process.execPath, [...FROM_SOURCE, PROGRAM, JSON.stringify(settings)], {
    env: { ...process.env, NODE_OPTIONS: '', EVENKEEL_CLUSTER: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (said.stdout += String(text)));
  child.stderr.on('data', (text) => (said.stderr += String(text)));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((ended) => {
    child.once('close', (...ending) => ended(ending));
  });
  const last = said.stdout.trim().split('\n').at(-1) ?? '';
  const report = last.startsWith('{') ? (JSON.parse(last) as TinyRunReport) : undefined;
  return { code, signal, ...said, report, seconds: (performance.now() - from) / 1000 };
}

/** Runs as many ranks, each with what `settingsOf` says, and waits for all of them. */
export async function runRanks(
  size: number,
  settingsOf: TinyRunSettings | ((rank: number) => TinyRunSettings | undefined),
): Promise<readonly Ended[]> {
  const port = await freePort();
  const ranks = Array.from({ length: size }, (_, rank) => rank);
  const started = ranks.flatMap((rank) => {
    const settings = typeof settingsOf === 'function' ? settingsOf(rank) : settingsOf;
    if (settings === undefined) return [];
    return [runProcess(settings, { EVENKEEL_CLUSTER: `${rank}/${size}@127.0.0.1:${port}` })];
  });
  return Promise.all(started);
}
