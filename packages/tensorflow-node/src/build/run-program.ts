import { spawn } from 'node:child_process';

/** How a program is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program and everything that it started. */
  readonly signal?: AbortSignal;
  /** Called with every line that the program prints. */
  readonly onLine?: (line: string) => void;
}

/** What came of a program: its exit code, undefined where it could not be started, and the end of what it printed. */
export interface RunResult {
  readonly code: number | undefined;
  readonly output: string;
}

const KEPT_CHARACTERS = 4_000;

/**
 * Runs a program to its end without a shell.
 * Throws the signal's reason when aborted; never for an exit code.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env, signal, onLine }: RunOptions = {},
): Promise<RunResult> {
  signal?.throwIfAborted();
  // Its own process group, so that a compiler started by make, started by node-gyp, ends too.
  const grouped = process.platform !== 'win32';
  const child = spawn(command, args, { cwd, env, detached: grouped, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let line = '';
  const read = (text: string): void => {
    output = (output + text).slice(-KEPT_CHARACTERS);
    const lines = (line + text).split(/[\r\n]+/);
    line = lines.pop() ?? '';
    for (const whole of lines) onLine?.(whole);
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(grouped ? -child.pid : child.pid, 'SIGTERM');
    } catch {
      // It ended by itself in the meantime.
    }
  };
  signal?.addEventListener('abort', end, { once: true });
  try {
    const code = await new Promise<number | undefined>((resolve) => {
      child.once('error', () => resolve(undefined));
      child.once('close', (exit) => resolve(exit ?? 1));
    });
    signal?.throwIfAborted();
    return { code, output: output.trim() };
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** The last lines of what a program printed, for an error text. */
export function lastLines(output: string, count = 6): string {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}
