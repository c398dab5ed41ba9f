import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** The ends of a spectrum. */
export interface ExtremeEigenvalues {
  readonly largest: number;
  /** 0 where the matrix is not positive definite to float64 precision. */
  readonly smallest: number;
}

/**
 * The largest and smallest eigenvalue of a symmetric positive semidefinite matrix, by power iteration and inverse
 * iteration on its Cholesky factor: to about three digits, an order faster than all eigenvalues.
 */
export function extremeEigenvalues(given: Matrix): ExtremeEigenvalues {
  // Products leave rounding behind, and the factorisation insists on symmetry to the last bit.
  const matrix = Matrix.add(given, given.transpose()).div(2);
  const largest = dominant(matrix.rows, product(matrix));
  if (!(largest > 0)) return { largest: 0, smallest: 0 };
  const factor = new CholeskyDecomposition(matrix);
  if (!factor.isPositiveDefinite()) return { largest, smallest: 0 };
  const smallest = 1 / dominant(matrix.rows, (vector) => factor.solve(vector));
  return { largest, smallest: smallest > largest * 1e-14 ? smallest : 0 };
}

/** Multiplication by a matrix, on a flat copy: several times faster than the library's. */
function product(matrix: Matrix): (vector: Matrix) => Matrix {
  const flat = Float64Array.from(matrix.to1DArray());
  const size = matrix.rows;
  return (vector) => {
    const given = Float64Array.from(vector.to1DArray());
    const result = new Float64Array(size);
    for (let row = 0; row < size; row++) {
      let sum = 0;
      for (let column = 0; column < size; column++) sum += flat[row * size + column] * given[column];
      result[row] = sum;
    }
    return Matrix.columnVector(result);
  };
}

/** The dominant eigenvalue of a symmetric map, from a start that is orthogonal to no axis. */
function dominant(size: number, map: (vector: Matrix) => Matrix): number {
  let vector = Matrix.columnVector(Array.from({ length: size }, (_, at) => 1 + ((at * 0.618034) % 1)));
  let value = 0;
  for (let round = 0; round < 100; round++) {
    vector = vector.div(vector.norm());
    const next = map(vector);
    const before = value;
    value = vector.dot(next);
    if (!(next.norm() > 0)) return 0;
    vector = next;
    if (Math.abs(value - before) <= 1e-5 * Math.abs(value)) break;
  }
  return value;
}
