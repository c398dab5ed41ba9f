import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramName } from './bundle.js';
import type { Outcome } from './outcome.js';
import { readCheckpoint } from './read-checkpoint.js';
import { runProgram } from './run-program.js';
import type { Ended, RunOptions } from './run-program.js';

/** Where the suites play. */
export interface Scene {
  readonly folder: string;
  readonly programs: Readonly<Record<ProgramName, string>>;
  /** What is loaded in front of libc, where that can be. */
  readonly shim: string | undefined;
  /** Processes at once. */
  readonly atOnce: number;
  /** Of the unbroken run, by its number of epochs. */
  readonly references: ReadonlyMap<number, Reference>;
  readonly long: boolean;
}

/** The unbroken run. */
export interface Reference {
  readonly folder: string;
  /** The digests of all checkpoints that it saved, by step. */
  readonly digests: ReadonlyMap<number, ReadonlySet<string>>;
  readonly result: string;
  readonly metrics: string;
}

/** What `tiny-run` prints at its end, without where it began. */
export function resultOf({ out }: Ended): string {
  const line = out.trim().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? line.replace(/"from":\d+,/, '') : '';
}

/** The lines of a metrics file without times. */
export function metricsIn(folder: string): string {
  const file = join(folder, 'metrics.jsonl');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text.replace(/"(imagesPerSecond|readShare|seconds)":[^,}]+/g, '"$1":0');
}

/** Runs the tiny run to its end, keeping every checkpoint. */
export async function referenceRun(program: string, folder: string, epochs: number): Promise<Reference> {
  const ended = await runProgram(program, [folder, String(epochs), '9999']);
  if (ended.code !== 0) throw new Error(`The unbroken run failed: ${ended.err}`);
  const digests = new Map<number, Set<string>>();
  const checkpoints = join(folder, 'checkpoints');
  for (const name of readdirSync(checkpoints)) {
    const { step, digest } = readCheckpoint(join(checkpoints, name));
    digests.set(step, (digests.get(step) ?? new Set()).add(digest));
  }
  return { folder, digests, result: resultOf(ended), metrics: metricsIn(folder) };
}

/** A separate folder for a case. */
export function caseFolder(scene: Scene, name: string): string {
  const folder = join(scene.folder, 'cases', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The environment that makes a call of a process fail or kill it. */
export function faultAt(
  scene: Scene,
  under: string,
  at: number,
  what: string,
  sticky = false,
): RunOptions['env'] {
  return {
    LD_PRELOAD: scene.shim ?? '',
    FAULT_UNDER: under,
    FAULT_AT: String(at),
    FAULT_DO: what,
    ...(sticky && { FAULT_STICKY: '1' }),
  };
}

/** The last step that a process reported as saved. */
export function lastSaved({ out }: Ended): number {
  return Number(Array.from(out.matchAll(/^saved (\d+)$/gm)).at(-1)?.[1] ?? 0);
}

/** What is wrong with the checkpoints on disk after a fault, of which `saved` was reported; undefined where nothing is. */
export function faultOnDisk(
  folder: string,
  { digests }: Reference,
  saved: number,
): { readonly outcome: Outcome; readonly detail: string } | undefined {
  const checkpoints = join(folder, 'checkpoints');
  const names = existsSync(checkpoints) ? readdirSync(checkpoints) : [];
  let newest = 0;
  for (const name of names.filter((one) => one.endsWith('.safetensors'))) {
    let found: { step: number; digest: string };
    try {
      found = readCheckpoint(join(checkpoints, name));
    } catch (error) {
      return { outcome: 'wrong', detail: `${name} cannot be read: ${String(error)}` };
    }
    if (!digests.get(found.step)?.has(found.digest))
      return { outcome: 'wrong', detail: `${name} is another's` };
    if (name.startsWith('step-')) newest = Math.max(newest, found.step);
  }
  if (newest >= saved) return undefined;
  return { outcome: 'lost', detail: `step ${saved} was saved, ${newest} is there` };
}

/** Finishes a run after a fault; what came of it. */
export async function finish(
  scene: Scene,
  folder: string,
  epochs: number,
  saved: number,
): Promise<{ readonly outcome: Outcome; readonly detail?: string }> {
  const reference = scene.references.get(epochs)!;
  const ended = await runProgram(scene.programs['tiny-run'], [folder, String(epochs)]);
  if (ended.code !== 0) return { outcome: 'raw', detail: `not resumed: ${ended.err.slice(0, 300)}` };
  const from = Number(/^start (\d+)$/m.exec(ended.out)?.[1] ?? 0);
  if (from < saved) return { outcome: 'lost', detail: `step ${saved} was saved, resumed at ${from}` };
  if (resultOf(ended) !== reference.result) return { outcome: 'wrong', detail: 'another result' };
  if (metricsIn(folder) !== reference.metrics) return { outcome: 'wrong', detail: 'other metrics' };
  const left = [folder, join(folder, 'checkpoints')]
    .flatMap((at) => readdirSync(at))
    // Metrics of a run that ended before its first checkpoint are kept aside by the next; what counts of them is compared above.
    .filter((name) => /\.part$|\.lock$/.test(name));
  if (left.length > 0) return { outcome: 'wrong', detail: `left behind: ${left.join(', ')}` };
  return { outcome: 'equal' };
}

/** Whether an error text has a code, and no stack. */
export function isCoded(err: string): boolean {
  return /\[[A-Z]+(_[A-Z]+)+\]/.test(err) && !/^\s+at /m.test(err);
}
