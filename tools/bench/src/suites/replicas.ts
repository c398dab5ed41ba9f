import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { interleave } from '../interleave.js';
import type { Contestant } from '../interleave.js';
import { linesOf, median } from '../line.js';
import type { Line } from '../line.js';
import { startProgram } from '../peers.js';
import type { PeerProgram } from '../peers.js';
import type { ReduceRankSettings } from '../programs/reduce-rank.js';
import type { ReplicaRankSettings } from '../programs/replica-rank.js';
import type { Suite, SuiteContext } from '../suite.js';
import { stepSuite } from './step.js';

const program = (name: string): string => fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url));
const PROGRAM = program('replica-rank');
const BATCH = 128;

/** Weights of ResNet-32 and of ResNet-50. */
const FLOATS = { '0.46 M': 463_504, '25.6 M': 25_557_032 };
const MEMORY = 'all-reduce in memory';
const NETWORK = 'all-reduce over loopback';
const GLOO = "all-reduce, PyTorch's Gloo";

/**
 * Sums over two processes by themselves, and steps of one network on 1, 2 and 4 processes of this machine, which share its
 * threads, beside what a rank computes by itself.
 */
export const replicasSuite: Suite = async (context) => {
  const { quick, turns, note } = context;
  if (!existsSync(PROGRAM) || !(await nativeStatus()).ready) {
    note('ranks left out: the benchmark is not built, or native is not set up');
    return (await stepSuite(context)).slice(0, 1).map((line) => ({ ...line, suite: 'replicas' }));
  }
  const reductions = await reductionLines(context);
  const all = availableParallelism();
  note(`${all} threads`);
  const batch = quick ? 8 : BATCH;
  const contestants: Contestant[] = [
    ranks('1 process, all threads', 1, all, batch, quick),
    ranks(ALONE, 1, 1, batch / 2, quick),
    ranks(PAIR, 2, Math.max(1, Math.floor(all / 2)), batch, quick),
    ranks(`${PAIR}, over loopback`, 2, Math.max(1, Math.floor(all / 2)), batch, quick, false),
    ranks(`${PAIR}, syncBatchNorm`, 2, Math.max(1, Math.floor(all / 2)), batch, quick, true, true),
    ranks('4 ranks', 4, Math.max(1, Math.floor(all / 4)), batch, quick),
  ];
  const times = await interleave(contestants, turns('ranks', { rounds: 2, steps: 8, warmup: 2 }));
  const reduction = reductions.find(({ name }) => name === `${MEMORY}, 0.46 M`)!.msMedian;
  const [alone, pair] = [ALONE, PAIR].map((name) => median(times.get(name)!));
  const more = {
    'reduction %': (reduction / pair) * 100,
    'reduction and waiting %': (1 - alone / pair) * 100,
  };
  const steps = linesOf('replicas', times, { base: contestants[0].name });
  return [...reductions, ...steps.map((line) => (line.name === PAIR ? { ...line, more } : line))];
};

const ALONE = '1 process, 1 thread, half the batch';
const PAIR = '2 ranks';

/** Sums over two processes: ours in memory and over TensorFlow's network, and with peers Gloo's; by size. */
async function reductionLines({ quick, peers, turns, note }: SuiteContext): Promise<readonly Line[]> {
  const floats = quick ? { '0.46 M': 4635, '25.6 M': 255_570 } : FLOATS;
  const programs: PeerProgram[] = [];
  try {
    for (const [name, sharedMemory] of [
      [MEMORY, true],
      [NETWORK, false],
    ] as const) {
      const settings: ReduceRankSettings = { name, ranks: 2, port: await freePort(), sharedMemory, floats };
      programs.push(await startProgram(process.execPath, program('reduce-rank'), settings));
    }
    const gloo = { name: GLOO, ranks: 2, port: await freePort(), floats };
    if (peers) programs.push(await peers.start('gloo_reduce.py', gloo));
    for (const { description } of programs) note(description);
    const lines: Line[] = [];
    for (const size of Object.keys(floats)) {
      const contestants = programs.flatMap((each) =>
        each.contestants.filter(({ name }) => name.endsWith(`, ${size}`)),
      );
      const times = await interleave(contestants, turns(size, { rounds: 5, steps: 10, warmup: 3 }));
      lines.push(...linesOf('replicas', times, { base: contestants[0].name }));
    }
    return lines;
  } finally {
    await Promise.all(programs.map((each) => each.close()));
  }
}

/** Processes that train together from their start to their end; the times are rank 0's. */
function ranks(
  name: string,
  size: number,
  threads: number,
  batch: number,
  quick: boolean,
  sharedMemory = true,
  syncBatchNorm = false,
): Contestant {
  return {
    name,
    async measure(steps) {
      const port = await freePort();
      const settings: ReplicaRankSettings = { batch, steps, quick, sharedMemory, syncBatchNorm };
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
