import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { batchNormInference, batchNormTraining } from '../ops/batch-norm.js';
import { relu } from '../ops/relu.js';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.js';
import '../ops/register-gradients.js';
import { tryWebgpu } from './try-webgpu.fixture.js';

const missing = await tryWebgpu();

type Case = readonly [name: string, shapes: readonly number[][], op: (...inputs: never[]) => Tensor];

const image = [3, 9, 8, 4];
const convolve = (kernel: number, stride: number): Case => [
  `conv2d ${kernel}×${kernel}, stride ${stride}`,
  [image, [kernel, kernel, 4, 6]],
  (x: Tensor4D, w: Tensor4D) => tf.conv2d(x, w, stride, 'same'),
];

/** Every operation that models and plugins use in a step, in the shapes that they use. */
const CASES: readonly Case[] = [
  convolve(3, 1),
  convolve(3, 2),
  convolve(1, 1),
  ['conv2d of 1 channel', [[2, 10, 10, 1], [3, 3, 1, 16]], (x: Tensor4D, w: Tensor4D) => tf.conv2d(x, w, 2, 'same')], // prettier-ignore
  ['avgPool 1×1, stride 2', [image], (x: Tensor4D) => tf.avgPool(x, 1, 2, 'same')],
  ['maxPool 2×2', [image], (x: Tensor4D) => tf.maxPool(x, 2, 2, 'same')],
  ['pad channels', [image], (x: Tensor) => tf.pad(x, [[0, 0], [0, 0], [0, 0], [2, 2]])], // prettier-ignore
  ['batchNormTraining', [image, [4], [4]], (x: Tensor, g: Tensor1D, b: Tensor1D) => batchNormTraining(x, g, b, 1e-5).output], // prettier-ignore
  ['batchNormInference', [image, [4], [4], [4]], (x: Tensor, m: Tensor1D, g: Tensor1D, b: Tensor1D) => batchNormInference(x, m, tf.ones([4]), g, b, 1e-5)], // prettier-ignore
  ['relu', [image], (x: Tensor) => relu(x)],
  ['mean over pixels', [image], (x: Tensor) => tf.mean(x, [1, 2])],
  ['sum over rows', [[7, 5]], (x: Tensor) => tf.sum(x, 0)],
  ['max of rows', [[7, 5]], (x: Tensor) => tf.max(x, 1, true)],
  ['matMul', [[7, 5], [5, 6]], (a: Tensor2D, b: Tensor2D) => tf.matMul(a, b)], // prettier-ignore
  ['matMul, the first transposed', [[7, 5], [7, 6]], (a: Tensor2D, b: Tensor2D) => tf.matMul(a, b, true)], // prettier-ignore
  ['matMul, the second transposed', [[7, 5], [6, 5]], (a: Tensor2D, b: Tensor2D) => tf.matMul(a, b, false, true)], // prettier-ignore
  ['matMul of stacks', [[2, 7, 5], [2, 5, 6]], (a: Tensor, b: Tensor) => tf.matMul(a, b)], // prettier-ignore
  ['softmaxCrossEntropy', [[4, 3]], (z: Tensor2D) => softmaxCrossEntropy(z, tf.oneHot(tf.tensor1d([0, 2, 1, 0], 'int32'), 3) as Tensor2D)], // prettier-ignore
  ['add a row', [[7, 5], [5]], (a: Tensor, b: Tensor) => tf.add(a, b)], // prettier-ignore
  ['sub, mul, div', [[7, 5], [7, 1], [5]], (a: Tensor, b: Tensor, c: Tensor) => tf.div(tf.mul(tf.sub(a, b), b), tf.add(tf.square(c), 1))], // prettier-ignore
  ['exp, log, sqrt, rsqrt', [[7, 5]], (x: Tensor) => tf.log(tf.add(tf.sqrt(tf.exp(x)), tf.rsqrt(tf.exp(x))))],
  ['neg, minimum, maximum', [[7, 5], [7, 5]], (a: Tensor, b: Tensor) => tf.sub(tf.maximum(a, b), tf.minimum(tf.neg(a), b))], // prettier-ignore
  ['clipByValue, step', [[7, 5]], (x: Tensor) => tf.mul(tf.clipByValue(x, -0.5, 0.5), tf.step(x))],
  ['addN', [[7, 5], [7, 5]], (a: Tensor, b: Tensor) => tf.addN([a, b])], // prettier-ignore
  [
    'slice, tile, transpose',
    [[7, 5]],
    (x: Tensor) => tf.transpose(tf.tile(tf.slice(x, [1, 1], [4, 3]), [1, 2])),
  ],
  ['eye, fill', [[5, 5]], (x: Tensor) => tf.add(tf.mul(x, tf.eye(5)), tf.fill([5, 5], 2))],
];

/** The same numbers on every backend, no two alike, so that maxima and signs are clear. */
function values(shape: readonly number[], seed: number): Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, at) => Math.sin((at + 1) * (seed + 1.37))),
    [...shape],
  );
}

/** The output and, by a weighted sum of it, the gradient of every input. */
async function run([, shapes, op]: Case, backend: 'cpu' | 'webgpu'): Promise<number[][]> {
  await useBackend(backend);
  const inputs = shapes.map((shape, at) => values(shape, at));
  const loss = (...args: Tensor[]): Tensor => {
    const output = op(...(args as never[]));
    return tf.sum(tf.mul(output, values(output.shape, 5)));
  };
  const outputs = [op(...(inputs as never[])), ...tf.grads(loss)(inputs)];
  return Promise.all(outputs.map(async (output) => Array.from(await output.data())));
}

describe.skipIf(missing)(`webgpu against cpu${missing ?? ''}`, () => {
  it.each(CASES)('%s: the output and every gradient', async (...parts) => {
    const expected = await run(parts, 'cpu');
    const received = await run(parts, 'webgpu');
    expect(received.map((part) => part.length)).toEqual(expected.map((part) => part.length));
    const furthest = expected.map((part, which) =>
      part.reduce(
        (far, value, at) => Math.max(far, Math.abs(value - received[which][at]) / (1 + Math.abs(value))),
        0,
      ),
    );
    for (const distance of furthest) expect(distance).toBeLessThan(2e-5);
  });

  it.runIf(process.env.VK_ICD_FILENAMES?.includes('swiftshader'))(
    'is not what auto takes on a software driver',
    async () => {
      vi.stubEnv('EVENKEEL_CACHE', join(import.meta.dirname, 'no-such-folder'));
      const messages: string[] = [];
      const { name } = await useBackend('auto', { onMessage: (line) => messages.push(line) });
      expect(name).toBe('wasm');
      expect(messages.join()).toMatch(/Not webgpu: .*SwiftShader.* is no GPU/);
      vi.unstubAllEnvs();
    },
  );
});
