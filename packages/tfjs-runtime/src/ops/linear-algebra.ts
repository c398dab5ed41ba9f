import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { CholeskyDecomposition, EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import { errors } from '../errors.js';
import { jacobiEigen, LARGEST } from '../webgpu/jacobi.js';
import { onWebgpu } from '../webgpu/run-program.js';
import { choleskyOnWebgpu, invertLowerTriangularOnWebgpu } from '../webgpu/triangular.js';
import { attributesFor, nativeBackend } from '@evenkeel/tensorflow-node/backend';

/** Eigenvalues in ascending order, `[d]`, and eigenvectors as columns, `[d, d]`. */
export interface SymmetricEigen {
  readonly values: Tensor1D;
  readonly vectors: Tensor2D;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix `[d, d]`. Not differentiable. On native a TensorFlow op, on
 * webgpu a shader; elsewhere the matrix is read back and decomposed on the host in float64.
 * Throws `RUNTIME_MATRIX_TOO_LARGE` for d above 2048 on webgpu.
 */
export function symmetricEigen(matrix: Tensor2D): SymmetricEigen {
  const native = nativeBackend();
  if (native) {
    const { float32, truth } = attributesFor(native);
    const attributes = [float32('T'), truth('compute_v', true)];
    const [values, vectors] = native.executeMultipleOutputs('SelfAdjointEigV2', attributes, [matrix], 2);
    return { values: values as Tensor1D, vectors: vectors as Tensor2D };
  }
  if (onWebgpu()) {
    const [size] = matrix.shape;
    if (size > LARGEST) throw errors.MATRIX_TOO_LARGE({ size, largest: LARGEST });
    return jacobiEigen(matrix);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(onHost(matrix), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, at) => at).sort((a, b) => realEigenvalues[a] - realEigenvalues[b]);
  return {
    values: tf.tensor1d(order.map((at) => realEigenvalues[at])),
    vectors: toTensor(eigenvectorMatrix.subMatrixColumn(order)),
  };
}

/**
 * The lower triangular L `[d, d]` with L·Lᵀ = the symmetric positive definite matrix `[d, d]`. Not differentiable.
 * Elsewhere than on native and webgpu computed on the host in float64. A matrix that is not positive definite gives NaN.
 */
export function cholesky(matrix: Tensor2D): Tensor2D {
  const native = nativeBackend();
  if (native) {
    return native.executeMultipleOutputs(
      'Cholesky',
      [attributesFor(native).float32('T')],
      [matrix],
      1,
    )[0] as Tensor2D;
  }
  if (onWebgpu()) return choleskyOnWebgpu(matrix);
  const host = onHost(matrix);
  const decomposition = new CholeskyDecomposition(host);
  if (!decomposition.isPositiveDefinite()) return tf.fill([host.rows, host.columns], Number.NaN);
  return toTensor(decomposition.lowerTriangularMatrix);
}

/** The inverse of a lower triangular matrix `[d, d]`. Not differentiable; elsewhere than on native and webgpu computed on the host. */
export function invertLowerTriangular(lower: Tensor2D): Tensor2D {
  const native = nativeBackend();
  if (native) {
    const { float32, truth } = attributesFor(native);
    const attributes = [truth('lower', true), truth('adjoint', false), float32('T')];
    const inputs = [lower, tf.eye(lower.shape[0])];
    return native.executeMultipleOutputs('MatrixTriangularSolve', attributes, inputs, 1)[0] as Tensor2D;
  }
  if (onWebgpu()) return invertLowerTriangularOnWebgpu(lower);
  const host = onHost(lower);
  if (host.to1DArray().some(Number.isNaN)) return tf.fill([host.rows, host.columns], Number.NaN);
  return tf.linalg.bandPart(toTensor(inverse(host)), -1, 0);
}

function onHost(matrix: Tensor2D): Matrix {
  const [rows, columns] = matrix.shape;
  // As a kernel of the backend reads its inputs: this stands in for one.
  const values = tf.engine().readSync(matrix.dataId) as Float32Array;
  return Matrix.from1DArray(rows, columns, Array.from(values));
}

function toTensor(matrix: Matrix): Tensor2D {
  return tf.tensor2d(matrix.to1DArray(), [matrix.rows, matrix.columns]);
}
