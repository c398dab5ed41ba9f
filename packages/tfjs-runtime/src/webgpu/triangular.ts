import type { Tensor2D } from '@tensorflow/tfjs-core';
import { runMatrixProgram } from './matrix-program.js';
import type { MatrixProgram } from './matrix-program.js';
import { THREADS } from './run-program.js';

/** Column after column; what is left of the matrix is updated by all threads. A pivot that is not above 0 spoils all of it. */
const CHOLESKY: MatrixProgram = {
  name: 'evenkeelCholesky',
  code: `
    fn main(index : i32) {
      let n = uniforms.rows;
      var spoilt = false;
      for (var at = index; at < n * n; at += ${THREADS}) {
        result[at] = select(0.0, matrix[at], at % n <= at / n);
      }
      storageBarrier();
      for (var k = 0; k < n; k++) {
        let pivot = result[k * n + k];
        if (!(pivot > 0.0)) { spoilt = true; }
        storageBarrier();
        let root = sqrt(pivot);
        for (var row = k + index; row < n; row += ${THREADS}) {
          result[row * n + k] = select(result[row * n + k] / root, root, row == k);
        }
        storageBarrier();
        let left = n - k - 1;
        for (var at = index; at < left * left; at += ${THREADS}) {
          let row = k + 1 + at / left;
          let column = k + 1 + at % left;
          if (column <= row) { result[row * n + column] -= result[row * n + k] * result[column * n + k]; }
        }
        storageBarrier();
      }
      for (var at = index; spoilt && at < n * n; at += ${THREADS}) { result[at] = uniforms.NAN; }
    }`,
};

/** Forward substitution; every column of the inverse is one thread's. */
const INVERSE: MatrixProgram = {
  name: 'evenkeelInvertLowerTriangular',
  code: `
    fn main(index : i32) {
      let n = uniforms.rows;
      for (var column = index; column < n; column += ${THREADS}) {
        for (var row = 0; row < n; row++) {
          var sum = select(0.0, 1.0, row == column);
          for (var k = column; k < row; k++) { sum -= matrix[row * n + k] * result[k * n + column]; }
          result[row * n + column] = select(sum / matrix[row * n + row], 0.0, row < column);
        }
      }
    }`,
};

/** The lower triangular L `[n, n]` with L·Lᵀ = the matrix, on webgpu; NaN where it is not positive definite. */
export function choleskyOnWebgpu(matrix: Tensor2D): Tensor2D {
  return runMatrixProgram(CHOLESKY, matrix, matrix.shape[0]);
}

/** The inverse of a lower triangular matrix `[n, n]`, on webgpu. */
export function invertLowerTriangularOnWebgpu(lower: Tensor2D): Tensor2D {
  return runMatrixProgram(INVERSE, lower, lower.shape[0]);
}
