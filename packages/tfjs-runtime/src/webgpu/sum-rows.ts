import type { TensorInfo } from '@tensorflow/tfjs-core';
import { runProgram } from './run-program.js';
import type { Program } from './run-program.js';

const COLUMNS = 32;
const LANES = 8;

/** A workgroup has 32 columns; 8 threads share each, and the first of them adds what they have, always in the same order. */
const SUM_ROWS: Program = {
  name: 'evenkeelSumRows',
  wholes: ['rows', 'columns', 'width', 'first'],
  code: `
    var<workgroup> sums : array<f32, ${COLUMNS * LANES}>;

    fn main(index : i32) {
      let thread = i32(localIndex);
      let column = i32(workgroupId.x) * ${COLUMNS} + thread % ${COLUMNS};
      var sum = 0.0;
      if (column < uniforms.columns) {
        for (var row = thread / ${COLUMNS}; row < uniforms.rows; row += ${LANES}) {
          sum += x[row * uniforms.width + uniforms.first + column];
        }
      }
      sums[thread] = sum;
      workgroupBarrier();
      if (thread < ${COLUMNS} && column < uniforms.columns) {
        for (var lane = 1; lane < ${LANES}; lane++) { sum += sums[lane * ${COLUMNS} + thread]; }
        result[column] = sum;
      }
    }`,
};

/**
 * The sum of the rows of `[rows, ...]`, as `shape`, which has the rest of the axes, or so many of the numbers of a row from `first`
 * on; up to 2 million of them.
 */
export function sumRows(x: TensorInfo, shape: readonly number[], first = 0): TensorInfo {
  const [rows, ...rest] = x.shape;
  const columns = shape.reduce((a, b) => a * b, 1);
  return runProgram(SUM_ROWS, {
    inputs: { x },
    shape,
    workgroups: [Math.ceil(columns / COLUMNS)],
    numbers: [rows, columns, rest.reduce((a, b) => a * b, 1), first],
  });
}
