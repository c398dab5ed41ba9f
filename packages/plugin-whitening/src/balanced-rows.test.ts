import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { BatchRanks } from '@evenkeel/trainer-core';
import { fakeLayerContext, fakeScope, installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { balancedRows } from './balanced-rows.js';
import { estimateCovariance } from './estimate-covariance.js';
import { applyWhitening } from './whiten.js';
import { whiteningTransform } from './whitening-layer.js';
import { whiteningMatrix } from './whitening-matrix.js';

installMatchers();
beforeAll(useCpuBackend);

const CLASSES = 4;
const oneHot = (labels: readonly number[]) =>
  tf.cast(tf.oneHot(tf.tensor1d([...labels], 'int32'), CLASSES), 'float32') as Tensor2D;
const features = (rows: number) => tf.randomNormal([rows, 3], 1, 2, 'float32', 5) as Tensor2D;
const labelsOf = fc.array(fc.integer({ min: 0, max: CLASSES - 1 }), { minLength: 1, maxLength: 9 });

/** Processes that give one after the other what is listed, as one of them sees it. */
function ranksGiving(rows: readonly number[], ...given: readonly (readonly Tensor[])[]): BatchRanks {
  let call = 0;
  return { rows: tf.tensor1d([...rows]), gather: () => tf.stack([...given[call++]]) };
}

describe('balancedRows', () => {
  it('gives every class that is there the same weight, and its rows the same share of that', () => {
    fc.assert(
      fc.property(labelsOf, (labels) =>
        tf.tidy(() => {
          const weights = balancedRows(oneHot(labels), undefined).weights.arraySync();
          const expected = labels.map((label) => 1 / labels.filter((other) => other === label).length);
          expect(weights).toBeAllClose(expected);
        }),
      ),
    );
  });

  it('shares a soft row among its classes', () => {
    tf.tidy(() => {
      const soft = tf.tensor2d([
        [0.5, 0.5, 0, 0],
        [1, 0, 0, 0],
        [1, 0, 0, 0],
      ]);
      // Classes of 2.5 and 0.5 rows: the second counts as half a class.
      expect(balancedRows(soft, undefined).weights).toBeAllClose([0.2 + 0.5, 0.4, 0.4]);
      const trace = tf.tensor2d([[1, 0, 0, 0], [1, 1e-40, 0, 0]]); // prettier-ignore
      expect(balancedRows(trace, undefined).weights).toBeAllClose([0.5, 0.5]);
    });
  });

  it('makes the mean of a batch the mean of its class means, and does not see how many rows a class has', () => {
    tf.tidy(() => {
      const x = features(5);
      const labels = [0, 0, 0, 2, 3];
      const moments = estimateCovariance(x, 1, balancedRows(oneHot(labels), undefined).weights);
      const means = [[0, 1, 2], [3], [4]].map((rows) => tf.mean(tf.gather(x, rows), 0));
      expect(moments.mean).toBeAllClose(tf.mean(tf.stack(means), 0));
      const more = [0, 1, 2, 0, 1, 2, 3, 3, 3, 4];
      const again = balancedRows(oneHot(more.map((row) => labels[row])), undefined);
      const same = estimateCovariance(tf.gather(x, more), 1, again.weights);
      expect(same.mean).toBeAllClose(moments.mean);
      expect(same.covariance).toBeAllClose(moments.covariance);
    });
  });

  it('is over the rows of all processes, and takes nothing of one that has none', () => {
    tf.tidy(() => {
      const labels = [
        [0, 0, 1],
        [0, 3],
      ];
      const whole = balancedRows(oneHot(labels.flat()), undefined).weights.arraySync();
      const weights = [whole.slice(0, 3), whole.slice(3)];
      const sums = weights.map((of) => of.reduce((sum, weight) => sum + weight, 0));
      const counts = labels.map((of) => tf.sum(oneHot(of), 0));
      // The third gives numbers of rows that are not its own.
      const given = [[...counts, tf.tensor1d([7, 0, 0, 0])], [...sums, 5].map((sum) => tf.scalar(sum))];
      labels.forEach((of, rank) => {
        const found = balancedRows(oneHot(of), ranksGiving([3, 2, 0], ...given));
        expect(found.weights).toBeAllClose(weights[rank]);
        expect(found.ranks!.rows).toBeAllClose([...sums, 0]);
      });
      // A layer of the first process sees the statistics of all rows.
      const x = features(5);
      const expected = estimateCovariance(x, 1, tf.tensor1d(whole));
      const parts = [tf.slice(x, [0, 0], [3, 3]), tf.slice(x, [3, 0], [2, 3])];
      const moments = [...parts, tf.ones([2, 3]) as Tensor2D].map((part, rank) => {
        const own = estimateCovariance(part, 1, tf.tensor1d(weights[rank] ?? [5, 5]));
        return tf.concat([own.mean, tf.reshape(own.covariance, [9])]);
      });
      const scope = fakeScope();
      const layer = whiteningTransform({ weighting: 'classes', momentum: 1 }).build(scope, 3);
      const context = fakeLayerContext();
      const ranks = ranksGiving([3, 2, 0], ...given, moments);
      const output = layer.apply(parts[0], { ...context, targets: oneHot(labels[0]), ranks });
      context.applyUpdates();
      expect(scope.get('mean')).toBeAllClose(expected.mean);
      expect(scope.get('covariance')).toBeAllClose(expected.covariance);
      const white = applyWhitening(x, {
        mean: expected.mean,
        matrix: whiteningMatrix(expected.covariance),
      });
      expect(output).toBeAllClose(tf.slice(white, [0, 0], [3, 3]), { atol: 1e-4 });
      scope.dispose();
    });
  });
});
