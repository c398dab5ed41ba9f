import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { BACKENDS } from './backends.fixture.js';
import { cholesky, invertLowerTriangular, symmetricEigen } from './linear-algebra.js';
import { expectClose, numbers } from './numbers.fixture.js';

function covariance(size: number, seed: number): Tensor2D {
  const factor = tf.tensor2d(numbers(size * size, seed), [size, size]);
  return tf.add(tf.matMul(factor, factor, false, true), tf.mul(tf.eye(size), 0.1));
}

describe.each(BACKENDS)('linear algebra on $title', ({ name, ready }) => {
  describe.skipIf(!ready)('', () => {
    beforeAll(async () => void (await useBackend(name)));

    it('finds known eigenvalues and eigenvectors', () => {
      const { values, vectors } = symmetricEigen(tf.tensor2d([2, 1, 1, 2], [2, 2]));
      expectClose(values.dataSync(), [1, 3], 1e-6);
      const half = Math.SQRT1_2;
      expectClose(vectors.dataSync().map(Math.abs), [half, half, half, half], 1e-6);
    });

    it('composes a symmetric matrix again: V·diag(λ)·Vᵀ, λ ascending, V orthogonal', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(999), (size, seed) =>
          tf.tidy(() => {
            const matrix = covariance(size, seed);
            const { values, vectors } = symmetricEigen(matrix);
            const again = tf.matMul(tf.mul(vectors, values), vectors, false, true);
            expectClose(again.dataSync(), matrix.dataSync(), 1e-5);
            expectClose(tf.matMul(vectors, vectors, true).dataSync(), tf.eye(size).dataSync(), 1e-5);
            expect(Array.from(values.dataSync())).toEqual(
              Array.from(values.dataSync()).sort((a, b) => a - b),
            );
          }),
        ),
        { numRuns: 15 },
      );
    });

    it('gives the published Cholesky factor of a worked example', () => {
      // The 3×3 example of the Wikipedia article "Cholesky decomposition".
      const factor = cholesky(tf.tensor2d([4, 12, -16, 12, 37, -43, -16, -43, 98], [3, 3]));
      expectClose(factor.dataSync(), [2, 0, 0, 6, 1, 0, -8, 5, 3], 1e-5);
    });

    it('marks a matrix that is not positive definite with NaN', () => {
      const factor = cholesky(tf.tensor2d([1, 2, 2, 1], [2, 2])).dataSync();
      expect(Array.from(factor).some(Number.isNaN)).toBe(true);
    });

    it('inverts lower triangular matrices to lower triangular ones', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(999), (size, seed) =>
          tf.tidy(() => {
            const lower = cholesky(covariance(size, seed));
            const inverted = invertLowerTriangular(lower);
            expectClose(tf.matMul(inverted, lower).dataSync(), tf.eye(size).dataSync(), 1e-4);
            expectClose(inverted.dataSync(), tf.linalg.bandPart(inverted, -1, 0).dataSync(), 0);
          }),
        ),
        { numRuns: 15 },
      );
    });
  });
});
