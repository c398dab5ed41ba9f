import { Matrix } from 'ml-matrix';
import { extremeEigenvalues } from './extreme-eigenvalues.js';
import type { ExtremeEigenvalues } from './extreme-eigenvalues.js';
import { probabilitiesOf } from './probabilities.js';

/** How the Hessian is formed: whole, or as a Kronecker product of two small matrices. */
export type HessianForm = 'direct' | 'kronecker';

/** The conditioning of the classifier's loss. */
export interface ClassifierHessian extends ExtremeEigenvalues {
  readonly form: HessianForm;
  /** largest / smallest; Infinity where the smallest is 0. */
  readonly condition: number;
}

/** The largest (classes − 1)·d that is formed whole by default. */
const DIRECT_SIZE = 600;

/**
 * Extreme eigenvalues of the Hessian of the mean softmax cross-entropy with respect to a linear classifier's kernel:
 * H = (1/n)·Σ A_n ⊗ x_n·x_nᵀ with A_n = diag(p) − p·pᵀ. Adding one vector to the weights of every class changes no loss, so H
 * is taken on the (classes − 1)·d directions across that.
 *
 * `direct` forms it whole, and its eigenvalues are exact up to 160 rows and about (to a relative residual of 1e-8) beyond,
 * `extremeEigenvalues`; `kronecker` takes mean(A) ⊗ mean(x·xᵀ) instead, as K-FAC does (Martens & Grosse 2015), for sizes at
 * which H is too large; default: direct up to (classes − 1)·d = 600. `features` is `[n, d]`, `logits` `[n, classes]`.
 */
export function classifierHessian(
  features: ArrayLike<number>,
  logits: ArrayLike<number>,
  classes: number,
  form?: HessianForm,
): ClassifierHessian {
  const rows = logits.length / classes;
  const channels = features.length / rows;
  const chosen = form ?? ((classes - 1) * channels <= DIRECT_SIZE ? 'direct' : 'kronecker');
  const across = acrossShift(classes);
  const curvatures = probabilitiesOf(logits, classes);
  const extremes = chosen === 'direct' ? direct() : kronecker();
  const { largest, smallest } = extremes;
  return { form: chosen, largest, smallest, condition: smallest > 0 ? largest / smallest : Infinity };

  function direct(): ExtremeEigenvalues {
    const all = Array.from({ length: rows }, (_, row) =>
      across
        .transpose()
        .mmul(curvature(curvatures, row, classes))
        .mmul(across),
    );
    const hessian = Matrix.zeros((classes - 1) * channels, (classes - 1) * channels);
    for (let i = 0; i < classes - 1; i++) {
      for (let j = 0; j <= i; j++) {
        const weights = all.map((a) => a.get(i, j) / rows);
        const block = Matrix.from1DArray(channels, channels, [
          ...weightedSquare(features, channels, weights),
        ]);
        hessian.setSubMatrix(block, i * channels, j * channels);
        hessian.setSubMatrix(block, j * channels, i * channels);
      }
    }
    return extremeEigenvalues(hessian);
  }

  function kronecker(): ExtremeEigenvalues {
    const x = Matrix.from1DArray(rows, channels, Array.from(features));
    const mean = Matrix.zeros(classes, classes);
    for (let row = 0; row < rows; row++) mean.add(curvature(curvatures, row, classes).div(rows));
    const a = extremeEigenvalues(across.transpose().mmul(mean).mmul(across));
    const b = extremeEigenvalues(x.transpose().mmul(x).div(rows));
    return { largest: a.largest * b.largest, smallest: a.smallest * b.smallest };
  }
}

/** diag(p) − p·pᵀ of one row, `[classes, classes]`. */
function curvature(probabilities: Float64Array, row: number, classes: number): Matrix {
  const p = [...probabilities.subarray(row * classes, (row + 1) * classes)];
  const column = Matrix.columnVector(p);
  return Matrix.diag(p).sub(column.mmul(column.transpose()));
}

/** Σ w_n·x_n·x_nᵀ over the rows of `features`, `[d, d]`. */
function weightedSquare(features: ArrayLike<number>, d: number, weights: readonly number[]): Float64Array {
  const sum = new Float64Array(d * d);
  weights.forEach((weight, row) => {
    for (let i = 0; i < d; i++) {
      const scaled = weight * features[row * d + i];
      for (let j = 0; j <= i; j++) sum[i * d + j] += scaled * features[row * d + j];
    }
  });
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) sum[j * d + i] = sum[i * d + j];
  return sum;
}

/** Orthonormal columns that span the vectors with sum 0, `[classes, classes − 1]` (Helmert). */
function acrossShift(classes: number): Matrix {
  const basis = Matrix.zeros(classes, classes - 1);
  for (let column = 0; column < classes - 1; column++) {
    const scale = 1 / Math.sqrt((column + 1) * (column + 2));
    for (let row = 0; row <= column; row++) basis.set(row, column, scale);
    basis.set(column + 1, column, -(column + 1) * scale);
  }
  return basis;
}
