import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { interleave } from '../interleave.js';
import type { Contestant } from '../interleave.js';
import { linesOf } from '../line.js';
import type { ReplicaRankSettings } from '../programs/replica-rank.js';
import type { Suite } from '../suite.js';
import { stepSuite } from './step.js';

const PROGRAM = fileURLToPath(new URL('../programs/replica-rank.js', import.meta.url));
const BATCH = 128;

/** Steps of one network on 1, 2 and 4 processes of this machine, which share its threads, and what a rank computes by itself. */
export const replicasSuite: Suite = async (context) => {
  const { quick, turns, note } = context;
  if (!existsSync(PROGRAM) || !(await nativeStatus()).ready) {
    note('ranks left out: the benchmark is not built, or native is not set up');
    return (await stepSuite(context)).slice(0, 1).map((line) => ({ ...line, suite: 'replicas' }));
  }
  const all = availableParallelism();
  const batch = quick ? 8 : BATCH;
  const contestants: Contestant[] = [
    ranks(`1 process, ${all} threads`, 1, all, batch, quick),
    ranks(`1 process, 1 thread, half the batch`, 1, 1, batch / 2, quick),
    ranks('2 ranks', 2, Math.max(1, Math.floor(all / 2)), batch, quick),
    ranks('4 ranks', 4, Math.max(1, Math.floor(all / 4)), batch, quick),
  ];
  const times = await interleave(contestants, turns('ranks', { rounds: 2, steps: 8, warmup: 2 }));
  return linesOf('replicas', times, { base: contestants[0].name });
};

/** Processes that train together from their start to their end; the times are rank 0's. */
function ranks(name: string, size: number, threads: number, batch: number, quick: boolean): Contestant {
  return {
    name,
    async measure(steps) {
      const port = await freePort();
      const settings: ReplicaRankSettings = { batch, steps, quick };
      const all = Array.from({ length: size }, (_, rank) =>
        timesOf(settings, {
          TF_NUM_INTRAOP_THREADS: String(threads),
          EVENKEEL_CLUSTER: size > 1 ? `${rank}/${size}@127.0.0.1:${port}` : '',
        }),
      );
      return (await Promise.all(all))[0];
    },
  };
}

async function timesOf(
  settings: ReplicaRankSettings,
  environment: Readonly<Record<string, string>>,
): Promise<readonly number[]> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(settings)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (text) => (printed += String(text)));
  const code = await new Promise((ended) => child.once('close', ended));
  if (code !== 0) throw new Error(`A rank ended with exit code ${String(code)}; what it said is above.`);
  return JSON.parse(printed) as number[];
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => found(port));
    });
  });
}
