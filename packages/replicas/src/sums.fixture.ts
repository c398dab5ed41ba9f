// A program for tests: sums over ranks without a trainer, and then something that does not match; prints what came of it as JSON.
import { createHash } from 'node:crypto';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import * as tf from '@tensorflow/tfjs-core';
import { joinRanks } from './join-ranks.js';

/** What a rank prints. */
export interface Sums {
  readonly rank: number;
  /** Digest of each sum. */
  readonly digests: readonly string[];
  /** Largest difference of each sum from what is known of it. */
  readonly errors: readonly number[];
  /** What sums of another size on every rank fail with. */
  readonly mismatch: string;
}

/** Nothing, a number, and more than a chunk of shared memory has room for. */
const SIZES = [0, 1, 700_001];

await useBackend('native', { threads: 1 });
const { rank, size, sum } = await joinRanks({ meetSeconds: 120, timeoutSeconds: 60 });
const [digests, errors]: [string[], number[]] = [[], []];
for (const length of SIZES) {
  const valueOf = (of: number, at: number) => Math.fround(Math.sin(at + of) / (of + 1));
  const own = Float32Array.from({ length }, (_, at) => valueOf(rank, at));
  const total = sum(tf.tensor1d(own)).dataSync() as Float32Array;
  digests.push(
    createHash('sha256')
      .update(new Uint8Array(total.buffer, total.byteOffset, total.byteLength))
      .digest('hex'),
  );
  const known = (at: number) =>
    Array.from({ length: size }, (_, of) => valueOf(of, at)).reduce((a, b) => a + b);
  errors.push(total.reduce((most, value, at) => Math.max(most, Math.abs(value - known(at))), 0));
}
let mismatch = 'none';
try {
  sum(tf.ones([2 + rank])).dataSync();
} catch (error) {
  mismatch = (error as Error).message;
}
const sums: Sums = { rank, digests, errors, mismatch };
process.stdout.write(`${JSON.stringify(sums)}\n`, () => process.exit(0));
