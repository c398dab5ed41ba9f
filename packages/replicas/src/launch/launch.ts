import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { once } from 'node:events';
import { defineOptions, func, list, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { freePort } from '../engine/free-port.js';
import { errors } from '../errors.js';

/** What to start, and how often. */
export interface LaunchOptions {
  /** The script that every process runs. */
  readonly script: string;
  /** Its arguments; default none. */
  readonly args?: readonly string[];
  /** How many processes, 1 or more. */
  readonly processes: number;
  /** How often all are started again after one failed; default 0. */
  readonly restarts?: number;
  /** Processor threads of each; default: the machine's, divided among them. */
  readonly threads?: number;
  /** Gets one line about every failure and restart; default: standard error. */
  readonly onMessage?: (line: string) => void;
}

/** The options of `launch`. */
export const launchOptions = defineOptions('launch', errors.BAD_OPTION, {
  script: text('a path'),
  args: list(text('an argument')).default([]),
  processes: whole(1),
  restarts: whole().default(0),
  threads: whole(1).optional("the machine's, divided among them"),
  onMessage: func<(line: string) => void>().optional('standard error'),
} satisfies SpecOf<LaunchOptions>);

/** How long the others may take to end after the first did, ms, before they are asked and then made to. */
const TO_SAVE = 20_000;
const TO_END = 5_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How a process ended: a code, or a signal. */
interface Ending {
  readonly rank: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs a script in several processes of this machine that train together, and waits for them. When one fails the others save
 * and end; then all are started again, as often as `restarts` allows. Resolves to the exit code of the run: 0, or that of an
 * interruption. Throws REPLICAS_LAUNCH_FAILED, REPLICAS_BAD_OPTION.
 */
export async function launch(options: LaunchOptions): Promise<number> {
  const settings = launchOptions.read(options);
  const { restarts, onMessage = (line: string) => void process.stderr.write(`${line}\n`) } = settings;
  for (let restart = 0; ; restart++) {
    const { first, interrupted } = await oneStart(settings);
    if (first === undefined) return 0;
    if (interrupted) return first.code ?? 130;
    if (restart >= restarts) {
      throw errors.LAUNCH_FAILED({ rank: first.rank, ending: inWords(first), restarts: restart });
    }
    onMessage(`Rank ${first.rank} ${inWords(first)}: all start again (${restart + 1} of ${restarts}).`);
  }
}

/** All processes from start to end; the first that failed, if one did. */
async function oneStart({
  script,
  args,
  processes,
  threads,
}: ReturnType<typeof launchOptions.read>): Promise<{
  readonly first: Ending | undefined;
  readonly interrupted: boolean;
}> {
  const port = await freePort();
  const start = randomUUID();
  const share = threads ?? Math.max(1, Math.floor(availableParallelism() / processes));
  const children = Array.from({ length: processes }, (_, rank) =>
    spawn(process.execPath, [...process.execArgv, script, ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        EVENKEEL_CLUSTER: `${rank}/${processes}@127.0.0.1:${port}`,
        EVENKEEL_START: start,
        TF_NUM_INTRAOP_THREADS: process.env.TF_NUM_INTRAOP_THREADS ?? String(share),
      },
    }),
  );
  let interrupted = false;
  const passOn = (signal: NodeJS.Signals) => {
    interrupted = true;
    // A terminal has told the children already: they share its process group.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) for (const child of children) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  try {
    const first = await firstFailure(children);
    return { first, interrupted };
  } finally {
    for (const signal of SIGNALS) process.off(signal, passOn);
  }
}

async function firstFailure(children: readonly ChildProcess[]): Promise<Ending | undefined> {
  let first: Ending | undefined;
  const timers: NodeJS.Timeout[] = [];
  const end = (signal: NodeJS.Signals) => {
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  };
  await Promise.all(
    children.map(async (child, rank) => {
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      if (code === 0 || first !== undefined) return;
      first = { rank, code, signal };
      timers.push(
        setTimeout(() => end('SIGTERM'), TO_SAVE),
        setTimeout(() => end('SIGKILL'), TO_SAVE + TO_END),
      );
    }),
  );
  for (const timer of timers) clearTimeout(timer);
  return first;
}

function inWords({ code, signal }: Ending): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}
