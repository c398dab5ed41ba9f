import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { runMatrixProgram } from './matrix-program.js';
import type { MatrixProgram } from './matrix-program.js';
import { THREADS } from './run-program.js';

/** The largest matrix whose rotations fit into a workgroup's own memory. */
export const LARGEST = 2048;

/**
 * Jacobi's method with rotations in parallel: every round pairs all rows as a round-robin tournament does and makes the element
 * of each pair zero. The upper half of `result` becomes diagonal, the lower half collects the eigenvectors. Source: Golub and Van
 * Loan, "Matrix Computations", section 8.5; the order of pairs is Brent and Luk's (1985).
 */
const JACOBI: MatrixProgram = {
  name: 'evenkeelJacobi',
  code: `
    const SWEEPS = 12;
    var<workgroup> cosines : array<f32, ${LARGEST / 2}>;
    var<workgroup> sines : array<f32, ${LARGEST / 2}>;
    var<workgroup> largest : array<f32, ${THREADS}>;
    var<workgroup> moved : u32;

    // The two rows of a pair; with an odd number of rows, one of them meets nobody (a row that is not there).
    fn pairOf(which : i32, turn : i32, players : i32) -> vec2<i32> {
      let last = players - 1;
      let first = select((which - 1 + turn) % last + 1, 0, which == 0);
      return vec2<i32>(first, (last - which - 1 + turn) % last + 1);
    }

    fn main(index : i32) {
      let n = uniforms.rows;
      let players = n + n % 2;
      let pairs = players / 2;

      var most = 0.0;
      for (var at = index; at < n * n; at += ${THREADS}) {
        result[at] = matrix[at];
        result[n * n + at] = select(0.0, 1.0, at / n == at % n);
        most = max(most, abs(matrix[at]));
      }
      largest[index] = most;
      storageBarrier();
      workgroupBarrier();
      for (var other = 0; other < ${THREADS}; other++) { most = max(most, largest[other]); }
      let negligible = 3e-8 * most;

      for (var sweep = 0; sweep < SWEEPS; sweep++) {
        if (index == 0) { moved = 0u; }
        for (var turn = 0; turn < players - 1; turn++) {
          for (var which = index; which < pairs; which += ${THREADS}) {
            let pair = pairOf(which, turn, players);
            var cosine = 1.0;
            var sine = 0.0;
            if (max(pair.x, pair.y) < n) {
              let off = result[pair.x * n + pair.y];
              if (abs(off) > negligible) {
                let slope = (result[pair.y * n + pair.y] - result[pair.x * n + pair.x]) / (2.0 * off);
                let tangent = select(-1.0, 1.0, slope >= 0.0) / (abs(slope) + sqrt(slope * slope + 1.0));
                let square = tangent * tangent + 1.0;
                cosine = inverseSqrt(square);
                cosine *= 1.5 - 0.5 * square * cosine * cosine; // Newton: drivers may be off by some units in the last place
                sine = tangent * cosine;
              }
            }
            cosines[which] = cosine;
            sines[which] = sine;
          }
          workgroupBarrier();
          if (index == 0) {
            for (var which = 0; which < pairs; which++) { moved |= u32(sines[which] != 0.0); }
          }
          for (var at = index; at < pairs * n; at += ${THREADS}) {
            let sine = sines[at / n];
            if (sine != 0.0) {
              let pair = pairOf(at / n, turn, players) * n + at % n;
              rotate(pair.x, pair.y, cosines[at / n], sine);
            }
          }
          storageBarrier();
          for (var at = index; at < pairs * n * 2; at += ${THREADS}) {
            let sine = sines[at % pairs];
            if (sine != 0.0) {
              let pair = pairOf(at % pairs, turn, players) + (at / pairs) * n;
              rotate(pair.x, pair.y, cosines[at % pairs], sine);
            }
          }
          storageBarrier();
          workgroupBarrier();
        }
        if (workgroupUniformLoad(&moved) == 0u) { break; }
      }
    }

    fn rotate(first : i32, second : i32, cosine : f32, sine : f32) {
      let x = result[first];
      let y = result[second];
      result[first] = cosine * x - sine * y;
      result[second] = sine * x + cosine * y;
    }`,
};

/** Eigenvalues in ascending order, `[n]`, and eigenvectors as columns, `[n, n]`, of a symmetric matrix on webgpu. */
export function jacobiEigen(matrix: Tensor2D): { values: Tensor1D; vectors: Tensor2D } {
  return tf.tidy(() => {
    const [n] = matrix.shape;
    const result = runMatrixProgram(JACOBI, matrix, 2 * n);
    const diagonal = tf.sum(tf.mul(tf.slice(result, [0, 0], [n, n]), tf.eye(n)), 1);
    const { values, indices } = tf.topk(tf.neg(diagonal), n, true);
    return {
      values: tf.neg(values) as Tensor1D,
      vectors: tf.gather(tf.slice(result, [n, 0], [n, n]), indices, 1) as Tensor2D,
    };
  });
}
