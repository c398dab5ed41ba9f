import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { createRandom } from '@evenkeel/trainer-core';
import { installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { estimateCovariance } from './estimate-covariance.js';
import { shrink } from './shrink.js';
import { whiten } from './whiten.js';
import { whitenessResidual } from './whiteness-residual.js';
import { whiteningMatrix } from './whitening-matrix.js';

installMatchers();
beforeAll(useCpuBackend);

/** Features whose standard deviations lie between 0.5 and 2 before they are mixed a little. */
function features(seed: number, batch: number, size: number): Tensor2D {
  const random = createRandom(seed, 'test', 'features');
  const raw = tf.tensor2d(
    Float32Array.from({ length: batch * size }, () => random.normal()),
    [batch, size],
  );
  const mixing = Float32Array.from({ length: size * size }, () => 0.1 * random.normal());
  const scales = tf.linspace(0.5, 2, size);
  return tf.mul(tf.add(raw, tf.matMul(raw, tf.tensor2d(mixing, [size, size]))), scales);
}

const exact = { epsilon: 0, floor: 1e-12 } as const;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const runs = { numRuns: 15 };

function everySeed(check: (seed: number) => void): void {
  fc.assert(
    fc.property(seeds, (seed) => tf.tidy(() => check(seed))),
    runs,
  );
}

describe('whiteningMatrix', () => {
  it.each(['zca', 'cholesky'] as const)(
    'makes the covariance the identity without shrinkage: %s',
    (method) => {
      everySeed((seed) => {
        const white = whiten(features(seed, 64, 6), { method, ...exact });
        expect(estimateCovariance(white).covariance).toBeAllClose(tf.expandDims(tf.eye(6)), { atol: 1e-3 });
      });
    },
  );

  it('is symmetric for zca and newton, upper triangular for cholesky', () => {
    everySeed((seed) => {
      const { covariance } = estimateCovariance(features(seed, 32, 5));
      for (const method of ['zca', 'newton'] as const) {
        const matrix = whiteningMatrix(covariance, { method });
        expect(tf.transpose(matrix, [0, 2, 1])).toBeAllClose(matrix, { atol: 1e-5 });
      }
      const triangular = whiteningMatrix(covariance, { method: 'cholesky' });
      expect(tf.linalg.bandPart(triangular, 0, -1)).toBeAllClose(triangular);
    });
  });

  it('turns with the features for zca and newton: whiten(X R) = whiten(X) R', () => {
    everySeed((seed) => {
      const x = features(seed, 32, 4);
      const turn = tf.linalg.qr(features(seed + 1, 4, 4))[0] as Tensor2D;
      for (const method of ['zca', 'newton'] as const) {
        const turned = whiten(tf.matMul(x, turn), { method });
        expect(turned).toBeAllClose(tf.matMul(whiten(x, { method }), turn), { atol: 1e-4 });
      }
    });
  });

  it('does not depend on the scale of the features', () => {
    everySeed((seed) => {
      const x = features(seed, 32, 4);
      for (const method of ['zca', 'newton', 'cholesky', 'batch-norm'] as const) {
        const large = whiten(tf.mul(x, 1000), { method });
        expect(large).toBeAllClose(whiten(x, { method }), { rtol: 1e-3, atol: 1e-3 });
      }
    });
  });

  it('standardises for batch-norm, which is every other method in groups of one feature', () => {
    everySeed((seed) => {
      const x = features(seed, 32, 4);
      const { mean, variance } = tf.moments(x, 0);
      const standardised = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
      expect(whiten(x, { method: 'batch-norm' })).toBeAllClose(standardised, { atol: 1e-5 });
      for (const method of ['zca', 'cholesky', 'newton'] as const) {
        const white = whiten(x, { method, groups: 4, iterations: 12 });
        expect(white).toBeAllClose(standardised, { atol: 1e-4 });
      }
    });
  });

  it('whitens groups on their own', () => {
    tf.tidy(() => {
      const x = features(1, 32, 6);
      const [left, right] = tf.split(x, 2, 1) as Tensor2D[];
      for (const method of ['zca', 'newton', 'cholesky'] as const) {
        const apart = tf.concat([whiten(left, { method }), whiten(right, { method })], 1);
        expect(whiten(x, { method, groups: 2 })).toBeAllClose(apart, { atol: 1e-5 });
      }
    });
  });

  it('comes from newton to zca with more iterations, and stays there', () => {
    tf.tidy(() => {
      const { covariance } = estimateCovariance(features(3, 64, 8));
      const goal = whiteningMatrix(covariance, { method: 'zca', epsilon: 0.001 });
      const distances = [1, 3, 5, 9, 12, 50].map((iterations) => {
        const matrix = whiteningMatrix(covariance, { method: 'newton', epsilon: 0.001, iterations });
        return tf.max(tf.abs(tf.sub(matrix, goal))).dataSync()[0];
      });
      expect(distances.slice(0, 4)).toEqual(distances.slice(0, 4).sort((a, b) => b - a));
      expect(distances[4]).toBeLessThan(1e-4);
      expect(distances[5]).toBeLessThan(1e-4);
    });
  });

  it('amplifies small eigenvalues by newton as the iteration says: 1/64 of the trace to variance 0.586 at T = 5', () => {
    tf.tidy(() => {
      const covariance = tf.expandDims(tf.diag(tf.tensor1d([1 / 64, 63 / 64]))) as Tensor3D;
      const matrix = whiteningMatrix(covariance, { method: 'newton', ...exact });
      const output = tf.matMul(tf.matMul(matrix, covariance, true, false), matrix);
      expect(output.dataSync()[0]).toBeCloseTo(0.586, 3);
    });
  });
});

describe('shrink', () => {
  it('mixes with the mean variance', () => {
    tf.tidy(() => {
      const covariance = tf.tensor3d([3, 1, 1, 1], [1, 2, 2]);
      // 0.75 · Σ + (0.25 · 4/2 + 0.5) · I
      expect(shrink(covariance, 0.25, 0.5)).toBeAllClose([
        [
          [3.25, 0.75],
          [0.75, 1.75],
        ],
      ]);
    });
  });
});

describe('whitenessResidual', () => {
  it('is the root mean square of what is left, by hand', () => {
    tf.tidy(() => {
      const covariance = tf.tensor3d([4, 0, 0, 1], [1, 2, 2]);
      const half = tf.tensor3d([0.5, 0, 0, 1], [1, 2, 2]);
      expect(whitenessResidual(half, covariance)).toBeAllClose(0);
      // WᵀΣW = diag(4, 1), so ‖diag(3, 0)‖/√2
      expect(whitenessResidual(tf.expandDims(tf.eye(2)), covariance)).toBeAllClose(3 / Math.SQRT2);
      expect(whitenessResidual(tf.zeros([1, 2, 2]), covariance)).toBeAllClose(1);
    });
  });

  it('takes the columns of W as directions, as Cholesky needs it', () => {
    tf.tidy(() => {
      const { covariance } = estimateCovariance(features(5, 64, 6), 2);
      const matrix = whiteningMatrix(covariance, { method: 'cholesky', ...exact });
      expect(whitenessResidual(matrix, covariance).dataSync()[0]).toBeLessThan(1e-4);
      expect(whitenessResidual(whiteningMatrix(covariance), covariance).dataSync()[0]).toBeGreaterThan(0.01);
    });
  });
});
