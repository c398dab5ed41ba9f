import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, TensorInfo } from '@tensorflow/tfjs-core';

/** Threads of the one workgroup that a program runs on: as many as every device has. */
export const THREADS = 256;

/** A compute shader over one square matrix. */
export interface MatrixProgram {
  /** Under which the backend keeps what it compiled. */
  readonly name: string;
  /**
   * WGSL: declarations, and the function `main(index : i32)`, which every thread runs once, `index` in 0 .. THREADS - 1. It reads
   * `matrix`, writes `result` (both flat) and takes their shapes from `uniforms`.
   */
  readonly code: string;
}

/** What is used here of the backend `webgpu`. */
interface WebgpuBackend {
  runWebGPUProgram(program: object, inputs: readonly TensorInfo[], dtype: 'float32'): TensorInfo;
}

/** Runs a program on a matrix `[n, n]`, on the backend `webgpu`, and gives what it wrote, `[rows, n]`. Not differentiable. */
export function runMatrixProgram({ name, code }: MatrixProgram, matrix: Tensor2D, rows: number): Tensor2D {
  const backend = tf.backend() as unknown as WebgpuBackend;
  const program = {
    variableNames: ['matrix'],
    outputShape: [rows, matrix.shape[1]],
    workgroupSize: [THREADS, 1, 1],
    dispatchLayout: { x: [0, 1] },
    dispatch: [1, 1, 1],
    shaderKey: name,
    getUserCode: () => code,
  };
  const output = backend.runWebGPUProgram(program, [matrix], 'float32');
  return tf.engine().makeTensorFromTensorInfo(output) as Tensor2D;
}
