import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** What came of a program. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process when its output first has this text. */
  readonly when?: { readonly text: string; readonly act: (child: ChildProcess) => unknown };
  /** Milliseconds after which it is killed as one that never ends; default 120,000. */
  readonly timeoutMs?: number;
}

/** Runs a program of Node to its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  { env = {}, when, timeoutMs = 120_000 }: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err, acted] = ['', '', false];
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (!when || acted || !out.includes(when.text)) return;
      acted = true;
      when.act(child);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, out, err });
    });
  });
}

/** Does a job for each item, so many at a time, and keeps their order. */
export async function pooled<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  job: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await job(items[at]);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return results;
}
