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
const total = (local: string, type: 'f32' | 'vec2<f32>'): string => `
      gathered[localIndex] = ${local};
      workgroupBarrier();
      ${local} = ${type}(0.0);
      for (var other = 0; other < ${LANES}; other++) {
        ${local} += gathered[other * ${COLUMNS} + i32(localIndex) % ${COLUMNS}];
      }
      workgroupBarrier();`;

/** The rows of a workgroup's share, from `first` to before `end`. */
const shareOfRows = `
      let first = i32(workgroupId.y) * uniforms.share;
      let end = min(first + uniforms.share, uniforms.rows);`;

/** Does something for each share of a thread, whose moments are at `at` and which has `count` rows. */
const eachShare = (work: string): string => `
        for (var part = lane; part < uniforms.shares; part += ${LANES}) {
          let count = f32(min(uniforms.share, uniforms.rows - part * uniforms.share));
          let at = part * 2 * uniforms.columns + column;
          ${work}
        }`;

/** Of a share of the rows: mean, and squared distances from it; by distances from the share's first row, which cancel nothing. */
const MOMENTS_OF_SHARES: Program = {
  name: 'evenkeelMomentsOfShares',
  wholes: ['rows', 'columns', 'share'],
  code: `
    var<workgroup> gathered : array<vec2<f32>, ${COLUMNS * LANES}>;

    fn main(index : i32) {${thread}${shareOfRows}
      var sums = vec2<f32>(0.0);
      var origin = 0.0;
      if (there) {
        origin = x[first * uniforms.columns + column];
        for (var row = first + lane; row < end; row += ${LANES}) {
          let distance = x[row * uniforms.columns + column] - origin;
          sums += vec2<f32>(distance, distance * distance);
        }
      }${total('sums', 'vec2<f32>')}
      if (there && lane == 0) {
        let mean = sums.x / f32(end - first);
        let at = i32(workgroupId.y) * 2 * uniforms.columns + column;
        result[at] = origin + mean;
        result[at + uniforms.columns] = max(sums.y - sums.x * mean, 0.0);
      }
    }`,
};

/** The mean of the means of the shares. */
const MEAN: Program = {
  name: 'evenkeelMeanOfShares',
  wholes: ['rows', 'columns', 'share', 'shares'],
  code: `
    var<workgroup> gathered : array<f32, ${COLUMNS * LANES}>;

    fn main(index : i32) {${thread}
      var sum = 0.0;
      var origin = 0.0;
      if (there) {
        origin = x[column];${eachShare('sum += count * (x[at] - origin);')}
      }${total('sum', 'f32')}
      if (there && lane == 0) { result[column] = origin + sum / f32(uniforms.rows); }
    }`,
};

/** The variance from the moments of the shares and the mean of all (Chan, Golub and LeVeque 1983). */
const VARIANCE: Program = {
  name: 'evenkeelVarianceOfShares',
  wholes: ['rows', 'columns', 'share', 'shares'],
  code: `
    var<workgroup> gathered : array<f32, ${COLUMNS * LANES}>;

    fn main(index : i32) {${thread}
      var sum = 0.0;
      if (there) {${eachShare(`
          let distance = x[at] - mean[column];
          sum += x[at + uniforms.columns] + count * distance * distance;`)}
      }${total('sum', 'f32')}
      if (there && lane == 0) { result[column] = sum / f32(uniforms.rows); }
    }`,
};

/** Of a share of the rows: Σdy and Σ(dy·x̂). */
const SUMS_OF_SHARES: Program = {
  name: 'evenkeelNormaliseGradSums',
  wholes: ['rows', 'columns', 'share'],
  fractions: ['epsilon'],
  code: `
    var<workgroup> gathered : array<vec2<f32>, ${COLUMNS * LANES}>;

    fn main(index : i32) {${thread}${shareOfRows}
      var sums = vec2<f32>(0.0);
      if (there) {
        for (var row = first + lane; row < end; row += ${LANES}) {
          let at = row * uniforms.columns + column;
          sums += vec2<f32>(dy[at], dy[at] * (x[at] - mean[column]));
        }
        sums.y /= sqrt(variance[column] + uniforms.epsilon);
      }${total('sums', 'vec2<f32>')}
      if (there && lane == 0) {
        let at = i32(workgroupId.y) * 2 * uniforms.columns + column;
        result[at] = sums.x;
        result[at + uniforms.columns] = sums.y;
      }
    }`,
};

const column = 'index % uniforms.columns';
const deviation = `sqrt(variance[${column}] + uniforms.epsilon)`;

const NORMALISED: Elementwise = {
  name: 'evenkeelNormalise',
  wholes: ['columns'],
  fractions: ['epsilon'],
  value: `(x[index] - mean[${column}]) * (gamma[${column}] / ${deviation}) + beta[${column}]`,
};

/** dx = γ/σ · (dy − Σdy/m − x̂·Σ(dy·x̂)/m). */
const GRADIENT: Elementwise = {
  name: 'evenkeelNormaliseGrad',
  wholes: ['columns'],
  fractions: ['epsilon', 'share'],
  value: `gamma[${column}] / ${deviation} * (dy[index] - uniforms.share
    * (dBeta[${column}] + (x[index] - mean[${column}]) / ${deviation} * dGamma[${column}]))`,
};

/**
 * Batch normalisation in training on the backend `webgpu`: four programs forward and four backward, whatever the number of
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
  const gathered = {
    shape: [columns],
    workgroups: [Math.ceil(columns / COLUMNS)],
    numbers: [...shares.numbers, shares.count],
  } as const;
  const mean = asTensor<Tensor1D>(runProgram(MEAN, { ...gathered, inputs: { x: partial } }));
  const variance = asTensor<Tensor1D>(runProgram(VARIANCE, { ...gathered, inputs: { x: partial, mean } }));
  dispose(partial);
  return {
    output: asTensor(runElementwise(NORMALISED, { x, mean, variance, gamma, beta }, [columns, epsilon])),
    mean,
    variance,
    saved: [x, gamma, mean, variance],
    gradients(dy, [input, scale, centre, spread]) {
      const known = { x: input, dy, mean: centre, variance: spread };
      const parts = shares.run(SUMS_OF_SHARES, known, epsilon);
      const dBeta = asTensor<Tensor1D>(sumRows(parts, [columns]));
      const dGamma = asTensor<Tensor1D>(sumRows(parts, [columns], columns));
      dispose(parts);
      const inputs = { ...known, gamma: scale, dGamma, dBeta };
      const dx = runElementwise(GRADIENT, inputs, [columns, epsilon, columns / input.size]);
      return [asTensor(dx), dGamma, dBeta];
    },
  };
}

/** Shares of the rows for the workgroups, and how a program is run on all of them: to `[shares, 2, columns]`. */
function shareOut(
  length: number,
  columns: number,
): {
  count: number;
  numbers: number[];
  run(program: Program, inputs: Record<string, TensorInfo>, ...fractions: number[]): TensorInfo;
} {
  const tiles = Math.ceil(columns / COLUMNS);
  const most = Math.max(1, Math.min(Math.floor(WORKGROUPS / tiles), Math.ceil(length / FEW_ROWS)));
  const share = Math.ceil(length / most);
  const count = Math.ceil(length / share);
  const numbers = [length, columns, share];
  return {
    count,
    numbers,
    run: (program, inputs, ...fractions) =>
      runProgram(program, {
        inputs,
        shape: [count, 2, columns],
        workgroups: [tiles, count],
        numbers: [...numbers, ...fractions],
      }),
  };
}
