import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, TensorInfo } from '@tensorflow/tfjs-core';
import { runElementwise } from './elementwise.js';
import type { Elementwise } from './elementwise.js';
import { asTensor, dispose, runProgram } from './run-program.js';
import type { Program } from './run-program.js';
import { sumRows } from './sum-rows.js';

const COLUMNS = 16;
const LANES = 16;
/** Workgroups that keep a large device busy. */
const WORKGROUPS = 512;
/** Rows that a workgroup should have at least. */
const FEW_ROWS = 256;

/** What is done for 16 columns by a workgroup: 16 threads share each. */
const thread = `
      let lane = i32(localIndex) / ${COLUMNS};
      let column = i32(workgroupId.x) * ${COLUMNS} + i32(localIndex) % ${COLUMNS};
      let there = column < uniforms.columns;`;

/** Adds up what the threads of a column have in `local`, in order, so that its first thread has all of it. */
const total = (local: string): string => `
      gathered[localIndex] = ${local};
      workgroupBarrier();
      ${local} = vec2<f32>(0.0);
      for (var other = 0; other < ${LANES}; other++) {
        ${local} += gathered[other * ${COLUMNS} + i32(localIndex) % ${COLUMNS}];
      }
      workgroupBarrier();`;

/** Of a share of the rows: mean, and squared distances from it; by distances from the share's first row, which cancel nothing. */
const MOMENTS_OF_SHARES: Program = {
  name: 'evenkeelMomentsOfShares',
  wholes: ['rows', 'columns', 'share'],
  code: `
    var<workgroup> gathered : array<vec2<f32>, ${COLUMNS * LANES}>;

    fn main(index : i32) {${thread}
      let first = i32(workgroupId.y) * uniforms.share;
      let end = min(first + uniforms.share, uniforms.rows);
      var sums = vec2<f32>(0.0);
      var origin = 0.0;
      if (there) {
        origin = x[first * uniforms.columns + column];
        for (var row = first + lane; row < end; row += ${LANES}) {
          let distance = x[row * uniforms.columns + column] - origin;
          sums += vec2<f32>(distance, distance * distance);
        }
      }${total('sums')}
      if (there && lane == 0) {
        let mean = sums.x / f32(end - first);
        let at = i32(workgroupId.y) * 2 * uniforms.columns + column;
        result[at] = origin + mean;
        result[at + uniforms.columns] = max(sums.y - sums.x * mean, 0.0);
      }
    }`,
};

/** Mean, variance and 1/√(variance + ε) from the moments of the shares (Chan, Golub and LeVeque 1983). */
const MOMENTS: Program = {
  name: 'evenkeelMoments',
  wholes: ['rows', 'columns', 'share', 'shares'],
  fractions: ['epsilon'],
  code: `
    var<workgroup> gathered : array<vec2<f32>, ${COLUMNS * LANES}>;

    fn main(index : i32) {${thread}
      var sums = vec2<f32>(0.0);
      var origin = 0.0;
      if (there) {
        origin = x[column];
        for (var part = lane; part < uniforms.shares; part += ${LANES}) {
          let count = f32(min(uniforms.share, uniforms.rows - part * uniforms.share));
          let at = part * 2 * uniforms.columns + column;
          sums += vec2<f32>(count * (x[at] - origin), 0.0);
        }
      }${total('sums')}
      let mean = origin + sums.x / f32(uniforms.rows);
      sums = vec2<f32>(0.0);
      if (there) {
        for (var part = lane; part < uniforms.shares; part += ${LANES}) {
          let count = f32(min(uniforms.share, uniforms.rows - part * uniforms.share));
          let at = part * 2 * uniforms.columns + column;
          let distance = x[at] - mean;
          sums += vec2<f32>(x[at + uniforms.columns] + count * distance * distance, 0.0);
        }
      }${total('sums')}
      if (there && lane == 0) {
        let variance = sums.x / f32(uniforms.rows);
        result[column] = mean;
        result[uniforms.columns + column] = variance;
        result[2 * uniforms.columns + column] = 1.0 / sqrt(variance + uniforms.epsilon);
      }
    }`,
};

/** Of a share of the rows: Σdy and Σ(dy·x̂). */
const SUMS_OF_SHARES: Program = {
  name: 'evenkeelNormaliseGradSums',
  wholes: ['rows', 'columns', 'share'],
  code: `
    var<workgroup> gathered : array<vec2<f32>, ${COLUMNS * LANES}>;

    fn main(index : i32) {${thread}
      let first = i32(workgroupId.y) * uniforms.share;
      let end = min(first + uniforms.share, uniforms.rows);
      var sums = vec2<f32>(0.0);
      if (there) {
        let mean = moments[column];
        for (var row = first + lane; row < end; row += ${LANES}) {
          let at = row * uniforms.columns + column;
          sums += vec2<f32>(dy[at], dy[at] * (x[at] - mean));
        }
        sums.y *= moments[2 * uniforms.columns + column];
      }${total('sums')}
      if (there && lane == 0) {
        let at = i32(workgroupId.y) * 2 * uniforms.columns + column;
        result[at] = sums.x;
        result[at + uniforms.columns] = sums.y;
      }
    }`,
};

const [column, inverse] = [
  'index % uniforms.columns',
  'moments[2 * uniforms.columns + index % uniforms.columns]',
];

const NORMALISED: Elementwise = {
  name: 'evenkeelNormalise',
  wholes: ['columns'],
  value: `(x[index] - moments[${column}]) * (${inverse} * gamma[${column}]) + beta[${column}]`,
};

/** dx = γ/σ · (dy − Σdy/m − x̂·Σ(dy·x̂)/m). */
const GRADIENT: Elementwise = {
  name: 'evenkeelNormaliseGrad',
  wholes: ['columns'],
  fractions: ['share'],
  value: `gamma[${column}] * ${inverse} * (dy[index] - uniforms.share * (sums[${column}]
    + (x[index] - moments[${column}]) * ${inverse} * sums[uniforms.columns + ${column}]))`,
};

/**
 * Batch normalisation in training on the backend `webgpu`: three programs forward and three backward, whatever the number of
 * rows. The parts are those of `batchNormTraining`.
 */
export function batchNormOnWebgpu(
  x: Tensor,
  gamma: Tensor1D,
  beta: Tensor1D,
  epsilon: number,
): {
  output: Tensor;
  mean: Tensor1D;
  variance: Tensor1D;
  saved: Tensor[];
  gradients(dy: Tensor, saved: Tensor[]): Tensor[];
} {
  const columns = gamma.size;
  const shares = shareOut(x.size / columns, columns);
  const partial = shares.run(MOMENTS_OF_SHARES, { x });
  const moments = asTensor<Tensor>(
    runProgram(MOMENTS, {
      inputs: { x: partial },
      shape: [3, columns],
      workgroups: [Math.ceil(columns / COLUMNS)],
      numbers: [...shares.numbers, shares.count, epsilon],
    }),
  );
  dispose(partial);
  const [mean, variance] = rows(moments);
  return {
    output: asTensor(runElementwise(NORMALISED, { x, moments, gamma, beta }, [columns])),
    mean,
    variance,
    saved: [x, gamma, moments],
    gradients(dy, [input, scale, known]) {
      const parts = shares.run(SUMS_OF_SHARES, { x: input, dy, moments: known });
      const sums = asTensor<Tensor>(sumRows(parts, [2, columns]));
      dispose(parts);
      const inputs = { x: input, dy, moments: known, gamma: scale, sums };
      const [dBeta, dGamma] = rows(sums);
      return [asTensor(runElementwise(GRADIENT, inputs, [columns, columns / input.size])), dGamma, dBeta];
    },
  };
}

/** The first two rows. */
function rows(x: Tensor): [Tensor1D, Tensor1D] {
  const columns = x.shape[1]!;
  const row = (at: number): Tensor1D => tf.reshape(tf.slice(x, [at, 0], [1, columns]), [columns]);
  return [row(0), row(1)];
}

/** Shares of the rows for the workgroups, and how a program is run on all of them: to `[shares, 2, columns]`. */
function shareOut(
  length: number,
  columns: number,
): {
  count: number;
  numbers: number[];
  run(program: Program, inputs: Record<string, TensorInfo>): TensorInfo;
} {
  const tiles = Math.ceil(columns / COLUMNS);
  const most = Math.max(1, Math.min(Math.floor(WORKGROUPS / tiles), Math.ceil(length / FEW_ROWS)));
  const share = Math.ceil(length / most);
  const count = Math.ceil(length / share);
  const numbers = [length, columns, share];
  return {
    count,
    numbers,
    run: (program, inputs) =>
      runProgram(program, { inputs, shape: [count, 2, columns], workgroups: [tiles, count], numbers }),
  };
}
