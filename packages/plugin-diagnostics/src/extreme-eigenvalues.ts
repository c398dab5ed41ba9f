import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** The ends of a spectrum. */
export interface ExtremeEigenvalues {
  readonly largest: number;
  /** 0 where the matrix is not positive definite to float64 precision. */
  readonly smallest: number;
}

/** Up to this many rows all eigenvalues are computed, by Householder reflections and QL: exact to rounding. */
export const EXACT_SIZE = 160;

/** Where a larger matrix is iterated to: the residual ‖A·v − θ·v‖ relative to θ. */
const TOLERANCE = 1e-8;
/** Steps between two looks at the residual. */
const STRIDE = 40;

/**
 * The largest and smallest eigenvalue of a symmetric positive semidefinite matrix. Up to {@link EXACT_SIZE} rows exactly; of a
 * larger one about: by the Lanczos process with full reorthogonalisation (Golub & Van Loan, Matrix Computations, 10.1 and 10.3) on
 * the matrix and on the inverse that its Cholesky factor gives, until the residual is 1e-8 of the value.
 */
export function extremeEigenvalues(given: Matrix): ExtremeEigenvalues {
  // Products leave rounding behind, and the factorisation insists on symmetry to the last bit.
  const matrix = Matrix.add(given, given.transpose()).div(2);
  const { largest, smallest } = matrix.rows <= EXACT_SIZE ? allOf(matrix) : endsOf(matrix);
  if (!(largest > 0)) return { largest: 0, smallest: 0 };
  return { largest, smallest: smallest > largest * 1e-14 ? smallest : 0 };
}

function allOf(matrix: Matrix): ExtremeEigenvalues {
  const all = new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues;
  return { largest: Math.max(...all), smallest: Math.min(...all) };
}

function endsOf(matrix: Matrix): ExtremeEigenvalues {
  const largest = dominant(matrix.rows, product(matrix));
  if (!(largest > 0)) return { largest: 0, smallest: 0 };
  const factor = new CholeskyDecomposition(matrix);
  if (!factor.isPositiveDefinite()) return { largest, smallest: 0 };
  const inverse = (vector: Float64Array): Float64Array =>
    Float64Array.from(factor.solve(Matrix.columnVector(vector)).to1DArray());
  return { largest, smallest: 1 / dominant(matrix.rows, inverse) };
}

/** Multiplication by a matrix, on a flat copy: several times faster than the library's. */
function product(matrix: Matrix): (vector: Float64Array) => Float64Array {
  const flat = Float64Array.from(matrix.to1DArray());
  const size = matrix.rows;
  return (vector) => {
    const result = new Float64Array(size);
    for (let row = 0; row < size; row++)
      result[row] = dot(flat.subarray(row * size, (row + 1) * size), vector);
    return result;
  };
}

/** The largest eigenvalue of a symmetric positive semidefinite map, from a start that is orthogonal to no axis. */
function dominant(size: number, map: (vector: Float64Array) => Float64Array): number {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let next: Float64Array = Float64Array.from({ length: size }, (_, at) => 1 + ((at * 0.618034) % 1));
  let norm = Math.sqrt(dot(next, next));
  for (;;) {
    const vector = next.map((value) => value / norm);
    basis.push(vector);
    next = map(vector);
    diagonal.push(dot(next, vector));
    // Twice, or rounding lets found directions come back.
    for (let pass = 0; pass < 2; pass++) for (const found of basis) removeFrom(next, found);
    norm = Math.sqrt(dot(next, next));
    const invariant = !(norm > 1e-14 * Math.abs(diagonal[0])) || basis.length === size;
    if (invariant || basis.length % STRIDE === 0) {
      const { value, last } = largestOf(diagonal, beside);
      if (invariant || norm * Math.abs(last) <= TOLERANCE * value) return value;
    }
    beside.push(norm);
  }
}

/** The largest eigenvalue of a tridiagonal matrix, and the last component of its vector. */
function largestOf(diagonal: readonly number[], beside: readonly number[]): { value: number; last: number } {
  const size = diagonal.length;
  const matrix = Matrix.diag([...diagonal]);
  for (let at = 0; at + 1 < size; at++) matrix.set(at, at + 1, beside[at]).set(at + 1, at, beside[at]);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const value = Math.max(...realEigenvalues);
  return { value, last: eigenvectorMatrix.get(size - 1, realEigenvalues.indexOf(value)) };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/** Takes the part along a unit vector out of `vector`. */
function removeFrom(vector: Float64Array, unit: Float64Array): void {
  const along = dot(vector, unit);
  for (let at = 0; at < vector.length; at++) vector[at] -= along * unit[at];
}
