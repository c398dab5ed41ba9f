import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor2D } from '@tensorflow/tfjs-core';
import { compileStep } from '@evenkeel/compiled-step';
import type { CompiledStep, OperationProfile, Precision } from '@evenkeel/compiled-step';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { here, interleave } from '../interleave.js';
import type { Contestant, Turns } from '../interleave.js';
import { linesOf } from '../line.js';
import type { Line } from '../line.js';
import { handWritten } from '../programs/hand-written.js';
import { randomBatch } from '../programs/random-batch.js';
import { stepWork } from '../programs/step-work.js';
import type { Suite } from '../suite.js';

/** Operations that take less than this share of a step are summed up. */
const LEAST_SHARE = 0.01;

/**
 * Where the time of a step of ResNet-32 goes, by operation, in both precisions, with the bytes and the multiplications and additions of each; and
 * beside it what the machine can do: copying an array that no cache holds, and multiplying matrices.
 */
export const profileSuite: Suite = async ({ quick, peers, turns, progress, useFastest, note }) => {
  await useFastest();
  const program = await peers?.start('tensorflow_convolution.py', stepWork('resnet32', quick).peer);
  const roof = await machineRoof(
    quick,
    program?.contestants ?? [],
    turns('profile, the machine', { rounds: 3, steps: 3, warmup: 2 }),
  );
  await program?.close();
  const lines: Line[] = [...roof];
  const precisions: readonly Precision[] = ['float32', 'bfloat16'];
  for (const [at, precision] of precisions.entries()) {
    lines.push(...(await profileOf(precision, quick, note)));
    progress('profile', at + 1, precisions.length);
  }
  return lines;
};

async function profileOf(
  precision: Precision,
  quick: boolean,
  note: (text: string) => void,
): Promise<readonly Line[]> {
  const { settings, batch } = stepWork('resnet32', quick);
  const inputs = randomBatch(batch, settings.exampleShape, settings.classes);
  const compiled: CompiledStep<NamedTensorMap, NamedTensorMap>[] = [];
  const program = handWritten({
    ...settings,
    compile(step) {
      compiled.push(compileStep(step, { precision, onMessage: note }));
      return compiled[0];
    },
  });
  try {
    await program.step(inputs);
    if (!(await nativeStatus()).ready) return [];
    const profile = compiled[0].profile(inputs, { rounds: quick ? 1 : 5 });
    const all = profile.reduce((sum, { ms }) => sum + ms, 0);
    const isShort = ({ ms }: OperationProfile): boolean => ms < LEAST_SHARE * all;
    const line = (
      name: string,
      { ms, calls, bytes, flops }: Omit<OperationProfile, 'op' | 'precision'>,
    ): Line => ({
      ...{ suite: 'profile', name: `${precision}: ${name}`, msMin: ms, msMedian: ms },
      more: {
        calls,
        '%': (100 * ms) / all,
        GB: bytes / 1e9,
        'GB/s': bytes / ms / 1e6,
        ...(flops > 0 && { GFLOP: flops / 1e9, 'GFLOP/s': flops / ms / 1e6 }),
      },
    });
    return [
      ...profile
        .filter((kind) => !isShort(kind))
        .map((kind) => line(`${kind.op} in ${kind.precision}`, kind)),
      ...(profile.some(isShort) ? [line('all others', total(profile.filter(isShort)))] : []),
      line('all', total(profile)),
    ];
  } finally {
    for (const made of [program, ...Object.values(inputs)]) made.dispose();
  }
}

function total(kinds: readonly OperationProfile[]): Omit<OperationProfile, 'op' | 'precision'> {
  const sum = (key: 'ms' | 'calls' | 'bytes' | 'flops') => kinds.reduce((all, kind) => all + kind[key], 0);
  return { ms: sum('ms'), calls: sum('calls'), bytes: sum('bytes'), flops: sum('flops') };
}

/** A pass over 256 MiB (read once, written once) and a product of two square matrices, by TensorFlow; and what peers have beside it. */
async function machineRoof(
  quick: boolean,
  others: readonly Contestant[],
  turns: Turns,
): Promise<readonly Line[]> {
  const [length, side] = quick ? [2 ** 12, 64] : [2 ** 26, 2048];
  const array = tf.zeros([length]);
  const matrix = tf.randomNormal([side, side], 0, 1, 'float32', 1) as Tensor2D;
  const finish = async (make: () => tf.Tensor): Promise<void> => {
    const made = tf.tidy(() => tf.slice(tf.reshape(make(), [-1]), 0, 1));
    await made.data();
    made.dispose();
  };
  try {
    const [copying, multiplying] = ['machine: copy', 'machine: matrix product'];
    const times = await interleave(
      [
        here(copying, () => finish(() => tf.add(array, 1))),
        here(multiplying, () => finish(() => tf.matMul(matrix, matrix))),
        ...others,
      ],
      turns,
    );
    const [bytes, flops] = [8 * length, 2 * side ** 3];
    return linesOf('profile', times).map((line): Line => {
      const perSecond = (count: number): number => count / line.msMin / 1e6;
      if (line.name === copying) return { ...line, more: { GB: bytes / 1e9, 'GB/s': perSecond(bytes) } };
      if (line.name !== multiplying) return line;
      return { ...line, more: { GFLOP: flops / 1e9, 'GFLOP/s': perSecond(flops) } };
    });
  } finally {
    array.dispose();
    matrix.dispose();
  }
}
