import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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

/** Programs of tests, by name. */
const PROGRAMS = {
  'tiny-run': fileURLToPath(new URL('./tiny-run.fixture.ts', import.meta.url)),
  sums: fileURLToPath(new URL('./sums.fixture.ts', import.meta.url)),
};

/** What Node is given in front of a script that is TypeScript of this repository. */
const FROM_SOURCE: readonly string[] = [
  '--conditions=@evenkeel/source',
  '--no-warnings',
  '--import',
  new URL('../../../tools/scripts/from-source.mjs', import.meta.url).href,
];

/** Starts one process; `environment` is added to that of the test. */
export function runProcess(
  settings: TinyRunSettings,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return run(PROGRAMS['tiny-run'], [JSON.stringify(settings)], environment);
}

/** Runs as many ranks of a tiny run, and waits for all of them. */
export function runRanks(size: number, settings: TinyRunSettings): Promise<readonly Ended[]> {
  return together(size, (place) => runProcess(settings, place));
}

/** The same for the program that sums. */
export function runSums(size: number): Promise<readonly Ended[]> {
  return together(size, (place) => run(PROGRAMS.sums, [], place));
}

async function together(
  size: number,
  start: (place: Readonly<Record<string, string>>) => Promise<Ended>,
): Promise<readonly Ended[]> {
  const port = await freePort();
  const ranks = Array.from({ length: size }, (_, rank) => `${rank}/${size}@127.0.0.1:${port}`);
  return Promise.all(ranks.map((place) => start({ EVENKEEL_CLUSTER: place })));
}

async function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const from = performance.now();
  const child = spawn(process.execPath, [...FROM_SOURCE, program, ...args], {
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
