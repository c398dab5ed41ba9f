import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** Threads of a workgroup, unless a program says otherwise: as many as every device has. */
export const THREADS = 256;

/** As many workgroups fit into one dimension of a dispatch on every device. */
export const MOST_WORKGROUPS = 65_535;

/** A compute shader over float32 tensors, which it sees flat. */
export interface Program {
  /** Under which the backend keeps what it compiled; programs with other `code` have other names. */
  readonly name: string;
  /**
   * WGSL: declarations, and the function `main(index : i32)`, which every thread runs. It reads the inputs by their names, writes
   * `result`, knows `workgroupId` and `localIndex`, and takes numbers from `uniforms`.
   */
  readonly code: string;
  /** Threads of a workgroup; default 256. */
  readonly threads?: number;
  /** Names of whole numbers in `uniforms`. */
  readonly wholes?: readonly string[];
  /** Names of fractions in `uniforms`. */
  readonly fractions?: readonly string[];
}

/** One call of a program. */
export interface ProgramCall {
  /** Tensors by the names that the program has for them, 7 at most. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly shape: readonly number[];
  /** Workgroups in x, y and z. */
  readonly workgroups: readonly [x: number, y?: number, z?: number];
  /** Numbers for `wholes`, then those for `fractions`. */
  readonly numbers?: readonly number[];
}

/** What is used here of the backend `webgpu`. */
interface WebgpuBackend {
  runWebGPUProgram(
    program: object,
    inputs: readonly TensorInfo[],
    dtype: 'float32',
    uniforms: readonly { type: 'int32' | 'float32'; data: number[] }[],
  ): TensorInfo;
}

/** Whether the backend in use is webgpu, whose programs these are. */
export function onWebgpu(): boolean {
  return tf.getBackend() === 'webgpu';
}

/** Runs a program on the backend `webgpu`; the result is the caller's to dispose, as a kernel's is. */
export function runProgram(
  program: Program,
  { inputs, shape, workgroups, numbers = [] }: ProgramCall,
): TensorInfo {
  const { name, code, threads = THREADS, wholes = [], fractions = [] } = program;
  const [x, y = 1, z = 1] = workgroups;
  const result = (tf.backend() as unknown as WebgpuBackend).runWebGPUProgram(
    {
      variableNames: Object.keys(inputs),
      outputShape: [tf.util.sizeFromShape([...shape])],
      workgroupSize: [threads, 1, 1],
      dispatchLayout: { x: [0] },
      dispatch: [x, y, z],
      shaderKey: name,
      uniforms: [
        ...wholes.map((each) => `${each} : i32, `),
        ...fractions.map((each) => `${each} : f32, `),
      ].join(''),
      getUserCode: () => code,
    },
    Object.values(inputs).map((tensor) => ({ ...flat(tensor) })),
    'float32',
    numbers.map((number, at) => ({ type: at < wholes.length ? 'int32' : 'float32', data: [number] })),
  );
  return { ...result, shape: [...shape] };
}

/** Gives back what a program wrote for another one only. */
export function dispose(...results: readonly TensorInfo[]): void {
  for (const { dataId } of results) tf.backend().disposeData(dataId);
}

/** The result of a program as a tensor of the tidy at hand. */
export function asTensor<T extends tf.Tensor>(result: TensorInfo): T {
  return tf.engine().makeTensorFromTensorInfo(result) as T;
}

function flat({ dataId, dtype, shape }: TensorInfo): TensorInfo {
  return { dataId, dtype, shape: [tf.util.sizeFromShape(shape)] };
}
