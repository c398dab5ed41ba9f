import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { cholesky, invertLowerTriangular, symmetricEigen } from '../ops/linear-algebra.js';
import { expectClose, numbers } from '../ops/numbers.fixture.js';
import { tryWebgpu } from './try-webgpu.fixture.js';

const missing = await tryWebgpu();

/** The same covariance on either backend; its eigenvalues are far apart from size 3 on. */
function covariance(size: number): Tensor2D {
  const factor = tf.tensor2d(numbers(size * size, size), [size, size]);
  return tf.add(tf.matMul(factor, factor, false, true), tf.mul(tf.eye(size), 0.1));
}

/** What `compute` gives on both backends, read back. */
async function onBoth(compute: () => tf.Tensor[]): Promise<Float32Array[][]> {
  const results: Float32Array[][] = [];
  for (const backend of ['cpu', 'webgpu'] as const) {
    await useBackend(backend);
    results.push(await Promise.all(compute().map(async (tensor) => (await tensor.data()) as Float32Array)));
  }
  return results;
}

describe.skipIf(missing)(`linear algebra on webgpu${missing ?? ''}`, () => {
  it.each([1, 2, 3, 5, 12, 33, 64])('decomposes a symmetric matrix of %i rows as cpu does', async (size) => {
    const [expected, received] = await onBoth(() => {
      const { values, vectors } = symmetricEigen(covariance(size));
      const again = tf.matMul(tf.mul(vectors, values), vectors, false, true);
      return [values, again, tf.matMul(vectors, vectors, true)];
    });
    for (const [which, part] of received.entries()) expectClose(part, expected[which], 3e-5);
  });

  it('decomposes what is diagonal, and what is zero', async () => {
    await useBackend('webgpu');
    const { values } = symmetricEigen(tf.tensor2d([3, 0, 0, 0, 1, 0, 0, 0, 2], [3, 3]));
    expectClose(await values.data(), [1, 2, 3], 0);
    expectClose(await symmetricEigen(tf.zeros([4, 4])).values.data(), [0, 0, 0, 0], 0);
  });

  it.each([1, 2, 5, 33, 64])(
    'gives the Cholesky factor of %i rows and its inverse as cpu does',
    async (size) => {
      const [expected, received] = await onBoth(() => {
        const lower = cholesky(covariance(size));
        return [lower, invertLowerTriangular(lower)];
      });
      expectClose(received[0], expected[0], 1e-5);
      expectClose(received[1], expected[1], 1e-4);
    },
  );

  it('marks a matrix that is not positive definite with NaN', async () => {
    await useBackend('webgpu');
    expect(await cholesky(tf.tensor2d([1, 2, 2, 1], [2, 2])).data()).toEqual(new Float32Array(4).fill(NaN));
  });

  it('refuses a matrix that is too large', async () => {
    await useBackend('webgpu');
    expect(() => symmetricEigen(tf.zeros([2049, 2049]))).toThrow(/RUNTIME_MATRIX_TOO_LARGE.*received 2049/);
  });
});
