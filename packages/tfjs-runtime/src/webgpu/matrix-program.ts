import type { Tensor2D } from '@tensorflow/tfjs-core';
import { asTensor, runProgram } from './run-program.js';

/** A compute shader of one workgroup over one square matrix. */
export interface MatrixProgram {
  /** Under which the backend keeps what it compiled. */
  readonly name: string;
  /**
   * WGSL: declarations, and the function `main(index : i32)`, which every thread runs once, `index` in 0 .. THREADS - 1. It reads
   * `matrix`, writes `result` (both flat) and takes the number of rows from `uniforms.rows`.
   */
  readonly code: string;
}

/** Runs a program on a matrix `[n, n]`, on the backend `webgpu`, and gives what it wrote, `[rows, n]`. Not differentiable. */
export function runMatrixProgram(program: MatrixProgram, matrix: Tensor2D, rows: number): Tensor2D {
  const [n] = matrix.shape;
  return asTensor(
    runProgram(
      { ...program, wholes: ['rows'] },
      { inputs: { matrix }, shape: [rows, n], workgroups: [1], numbers: [n] },
    ),
  );
}
