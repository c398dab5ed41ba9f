import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { batchNormTraining } from '../ops/batch-norm.js';
import { expectClose, numbers } from '../ops/numbers.fixture.js';
import '../ops/register-gradients.js';
import { tryWebgpu } from './try-webgpu.fixture.js';

const missing = await tryWebgpu();

/** Output, mean, variance and the gradients of x, γ and β of a weighted sum of the output; x lies around `centre`. */
async function run(
  backend: 'cpu' | 'webgpu',
  rows: number,
  channels: number,
  centre: number,
): Promise<Float32Array[]> {
  await useBackend(backend);
  const made = (shape: number[], seed: number): tf.Tensor =>
    tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape);
  const x = tf.add(made([rows, channels], 1), centre);
  const [gamma, beta] = [made([channels], 2), made([channels], 3)] as tf.Tensor1D[];
  const weights = made([rows, channels], 4);
  const { output, mean, variance } = batchNormTraining(x, gamma, beta, 1e-5);
  const gradients = tf.grads((...inputs) => {
    const [image, scale, shift] = inputs as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
    return tf.sum(tf.mul(batchNormTraining(image, scale, shift, 1e-5).output, weights));
  })([x, gamma, beta]);
  return Promise.all([output, mean, variance, ...gradients].map((each) => each.data<'float32'>()));
}

describe.skipIf(missing)(`batch normalisation on webgpu${missing ?? ''}`, () => {
  it('is what cpu gives, for any number of rows and channels', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 900 }),
        fc.integer({ min: 1, max: 70 }),
        async (rows, channels) => {
          const expected = await run('cpu', rows, channels, 0.5);
          const received = await run('webgpu', rows, channels, 0.5);
          for (const [which, part] of received.entries()) expectClose(part, expected[which], 5e-5);
        },
      ),
      { numRuns: 8, examples: [[20_000, 3]] },
    );
  });

  it('keeps its digits where the mean is far larger than the deviation', async () => {
    const [, , variance] = await run('webgpu', 3000, 5, 1000);
    const [, , expected] = await run('webgpu', 3000, 5, 0);
    for (const [at, value] of variance.entries()) expect(value / expected[at]).toBeCloseTo(1, 3);
  });

  it('has the same bits twice', async () => {
    expect(await run('webgpu', 700, 17, 0.5)).toEqual(await run('webgpu', 700, 17, 0.5));
  });
});
