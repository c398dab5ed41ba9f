import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { BACKENDS } from './backends.fixture.js';
import { batchMoments, normaliseBy } from './batch-moments.js';
import { batchNormTraining } from './batch-norm.js';
import { expectClose, numbers, numericGradient } from './numbers.fixture.js';
import './register-gradients.js';

const EPSILON = 1e-3;
const SHAPES = [
  [4, 5, 3, 6],
  [1, 1, 2, 1],
  [7, 3],
];

function inputsOf(shape: number[]): [Tensor, Tensor1D, Tensor1D, Tensor] {
  const channels = shape[shape.length - 1];
  const size = tf.util.sizeFromShape(shape);
  return [
    tf.tensor(
      numbers(size, 1).map((value, i) => 3 * value + (i % channels)),
      shape,
    ),
    tf.tensor1d(numbers(channels, 2).map((value) => value + 2)),
    tf.tensor1d(numbers(channels, 3)),
    tf.tensor(numbers(size, 4), shape),
  ];
}

describe.each(BACKENDS)('batchMoments and normaliseBy on $title', ({ name, ready }) => {
  it.skipIf(!ready).each(SHAPES)('are batch normalisation together, in %d, %d ...', async (...shape) => {
    await useBackend(name);
    tf.tidy(() => {
      const [x, gamma, beta, weights] = inputsOf(shape);
      const results = (normalise: (...inputs: Tensor[]) => Tensor) => {
        const gradients = tf.grads((...inputs) => tf.sum(tf.mul(normalise(...inputs), weights)))([
          x,
          gamma,
          beta,
        ]);
        return [normalise(x, gamma, beta), ...gradients].map((tensor) => tensor.dataSync() as Float32Array);
      };
      const expected = results(
        (a, b, c) => batchNormTraining(a, b as Tensor1D, c as Tensor1D, EPSILON).output,
      );
      const actual = results((a, b, c) =>
        normaliseBy(a, batchMoments(a), b as Tensor1D, c as Tensor1D, EPSILON),
      );
      actual.forEach((values, at) => expectClose(values, expected[at], 2e-5));
    });
  });
});

describe('gradients', () => {
  it('of the moments and of normalising by others agree with finite differences', async () => {
    await useBackend('cpu');
    const [x, gamma, beta, weights] = inputsOf([3, 2, 2, 2]);
    const [mean, variance] = [tf.tensor1d([0.3, -0.2]), tf.tensor1d([0.7, 1.9])];
    const inputs: Tensor[] = [x, mean, variance, gamma, beta];
    // Moments of the batch and others, mixed as over processes.
    const loss = (all: Tensor[]): Tensor => {
      const own = batchMoments(all[0]);
      const mixed = {
        mean: tf.add<Tensor1D>(tf.mul(own.mean, 0.4), all[1]),
        variance: tf.add<Tensor1D>(tf.mul(own.variance, 0.4), all[2]),
      };
      return tf.sum(
        tf.mul(normaliseBy(all[0], mixed, all[3] as Tensor1D, all[4] as Tensor1D, EPSILON), weights),
      );
    };
    const gradients = tf.grads((...all) => loss(all))(inputs);
    inputs.forEach((input, at) => {
      const moved = (values: Float32Array): number =>
        loss(inputs.map((same, i) => (i === at ? tf.tensor(values, input.shape) : same))).dataSync()[0];
      const numeric = numericGradient(moved, input.dataSync() as Float32Array, 1e-2);
      expect(gradients[at].shape).toEqual(input.shape);
      expectClose(gradients[at].dataSync(), numeric, 2e-3);
    });
  });
});
