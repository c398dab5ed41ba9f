import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contestant } from './interleave.js';

/** A peer's program while it runs. */
export interface PeerProgram {
  /** One for each mode that the program offers. */
  readonly contestants: readonly Contestant[];
  /** Such as `torch 2.15.0, 2 threads`. */
  readonly description: string;
  /** What it found out besides times, numbers by the name of a contestant. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Peak resident memory of its process up to the last turn, in MiB; NaN before the first. */
  peakMiB(): number;
  close(): Promise<void>;
}

/** Starts programs of `peers/` with the Python of their environment. */
export interface Peers {
  /** `settings` is what the program reads from its command line, as JSON. */
  start(script: string, settings: object): Promise<PeerProgram>;
}

interface Hello {
  readonly names: readonly string[];
  readonly description: string;
  readonly figures?: PeerProgram['figures'];
}

interface Turn {
  readonly ms: number[];
  readonly peakMiB?: number;
}

/**
 * Peers are children that speak JSON, one line each: first `{ names, description, figures }`; then for every
 * `{ go: name, steps }` they run that many steps and answer `{ ms: [...], peakMiB }`. They wait for their turn without using a
 * processor, and end with their input.
 */
export function peersOf(python: string): Peers {
  return {
    start: (script, settings) =>
      startProgram(python, fileURLToPath(new URL(`../peers/${script}`, import.meta.url)), settings),
  };
}

/** The same for a program of any interpreter, such as one of ours that is several processes. */
export async function startProgram(command: string, path: string, settings: object): Promise<PeerProgram> {
  const child = spawn(command, [path, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints = (complaints + chunk).slice(-4000);
  });
  const ended = once(child, 'close');
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const next = await answers.next();
    if (next.done !== true) return JSON.parse(next.value) as T;
    await ended;
    const how = child.signalCode ? `signal ${child.signalCode}` : `exit code ${child.exitCode}`;
    throw new Error(`${path} ended (${how}):\n${complaints}`);
  };
  const { names, description, figures = {} } = await answer<Hello>();
  let peak = NaN;
  const contestants = names.map((name) => ({
    name,
    async measure(steps: number) {
      child.stdin.write(`${JSON.stringify({ go: name, steps })}\n`);
      const { ms, peakMiB = NaN } = await answer<Turn>();
      peak = peakMiB;
      return ms;
    },
  }));
  const close = async () => {
    child.stdin.end();
    await ended;
  };
  return { contestants, description, figures, peakMiB: () => peak, close };
}
