import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { BatchRanks } from '../../contract/layers.js';
import { meanOverRanks, momentsOverRanks } from './over-ranks.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

const FEATURES = 3;

/** What the ranks of a batch give, all at once, as seen by each of them. */
function ranksOf(parts: readonly Tensor2D[], given: (part: Tensor2D) => Tensor): BatchRanks {
  return {
    rows: tf.tensor1d(parts.map(({ shape }) => shape[0])),
    gather: () => tf.stack(parts.map(given)),
  };
}

const outer = (deviations: Tensor2D) => {
  const [ranks, size] = deviations.shape;
  return tf.mul(tf.reshape(deviations, [ranks, size, 1]), tf.reshape(deviations, [ranks, 1, size]));
};

function momentsOf(part: Tensor2D): { mean: Tensor1D; second: Tensor2D } {
  const mean = tf.mean<Tensor1D>(part, 0);
  const centred = tf.sub<Tensor2D>(part, mean);
  return { mean, second: tf.div(tf.matMul(centred, centred, true), part.shape[0]) };
}

it('gives the mean and the covariance of all rows, however they are divided', () => {
  const row = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), {
    minLength: FEATURES,
    maxLength: FEATURES,
  });
  const part = fc.array(row, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.double({ min: -50, max: 50, noNaN: true }),
      (values, shift) => {
        tf.tidy(() => {
          const parts = values.map((rows) => tf.add<Tensor2D>(tf.tensor2d(rows), shift));
          const whole = momentsOf(tf.concat(parts));
          const [first] = parts;
          const mean = meanOverRanks(
            tf.mean<Tensor1D>(first, 0),
            ranksOf(parts, (each) => tf.mean(each, 0)),
          );
          const flat = (each: Tensor2D) => {
            const { mean: own, second } = momentsOf(each);
            return tf.concat1d([own, tf.reshape(second, [-1])]);
          };
          const moments = momentsOverRanks(momentsOf(first), outer, ranksOf(parts, flat));
          const near = (a: Tensor, b: Tensor, tolerance: number) => {
            expect(a.shape).toEqual(b.shape);
            expect(tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]).toBeLessThan(tolerance);
          };
          near(mean, whole.mean, 1e-4);
          near(moments.mean, whole.mean, 1e-4);
          near(moments.second, whole.second, 1e-4);
        });
      },
    ),
    { numRuns: 50 },
  );
});

it('takes no part in what is not spread', () => {
  const mean = tf.tensor1d([1, 2]);
  expect(meanOverRanks(mean, undefined)).toBe(mean);
});
