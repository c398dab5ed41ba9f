// A peer of the suite `replicas` in Node: sums tensors over ranks when it is told to, as peers/gloo_reduce.py does.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { joinRanks } from '@evenkeel/replicas';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import * as tf from '@tensorflow/tfjs-core';

/** What a rank is told. */
export interface ReduceRankSettings {
  /** What the names begin with. */
  readonly name: string;
  readonly ranks: number;
  /** Where they meet. */
  readonly port: number;
  readonly sharedMemory: boolean;
  /** Numbers in the tensors that are summed, by name. */
  readonly floats: Readonly<Record<string, number>>;
}

const settings = JSON.parse(process.argv[2]) as ReduceRankSettings;
const { name, ranks, port, sharedMemory, floats } = settings;
const own = Number(process.env.EVENKEEL_BENCH_RANK ?? 0);
process.env.EVENKEEL_CLUSTER = `${own}/${ranks}@127.0.0.1:${port}`;
process.env.TF_NUM_INTRAOP_THREADS = '1';
if (own === 0) {
  for (let rank = 1; rank < ranks; rank++) {
    spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
      env: { ...process.env, EVENKEEL_BENCH_RANK: String(rank) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

/** What travels at once, as in training. */
const BUCKET = 1 << 20;
await useBackend('native', { threads: 1 });
// They wait for their turn in a sum, too.
const { sum } = await joinRanks({ sharedMemory, timeoutSeconds: 100_000 });
const names = Object.keys(floats).map((size) => `${name}, ${size}`);
const tensors = Object.values(floats).map((size) =>
  Array.from({ length: Math.ceil(size / BUCKET) }, (_, at) =>
    tf.ones([Math.min(BUCKET, size - at * BUCKET)]),
  ),
);

/** The order of rank 0, on every rank: which tensor, and how often; none at the end. */
function agreeOn(order: readonly [tensor: number, steps: number]): readonly number[] {
  return tf.tidy(() => Array.from(sum(tf.tensor1d(own === 0 ? [...order] : [0, 0])).dataSync()));
}

function measure([tensor, steps]: readonly number[]): number[] {
  return Array.from({ length: steps }, () => {
    tf.tidy(() => sum(tf.scalar(1))); // all begin together
    const start = performance.now();
    tf.tidy(() => tensors[tensor].forEach((bucket) => sum(bucket)));
    return performance.now() - start;
  });
}

if (own === 0) {
  const way = sharedMemory ? 'shared memory' : 'TensorFlow over loopback';
  process.stdout.write(`${JSON.stringify({ names, description: `${ranks} ranks, ${way}` })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    const { go, steps } = JSON.parse(line) as { go: string; steps: number };
    process.stdout.write(`${JSON.stringify({ ms: measure(agreeOn([names.indexOf(go), steps])) })}\n`);
  }
  agreeOn([0, 0]);
} else {
  for (;;) {
    const order = agreeOn([0, 0]);
    if (order[1] === 0) break;
    measure(order);
  }
}
process.exit(0);
