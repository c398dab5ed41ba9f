import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import { nativeBackend } from '@evenkeel/tensorflow-node/backend';

/** A tensor as tfjs-node's binding knows it; `dtype` is TensorFlow's number of it. Numbers are never used again. */
export interface Handle {
  readonly id: number;
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** Values as the binding takes and gives them. */
export type HostValues = Float32Array | Int32Array | Uint8Array;

/** What recording and running a graph need of tfjs-node's binding. */
export interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_BOOL: number;
  readonly TF_STRING: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): Handle[];
  createTensor(shape: readonly number[], dtype: number, values: HostValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): HostValues;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(model: number): void;
  /** Names are joined by commas, such as `images:0,labels:0`. */
  runSavedModel(model: number, inputs: readonly number[], inputNames: string, outputNames: string): Handle[];
}

/** tfjs-node's backend as recording sees it. */
export interface RecordableBackend {
  binding: Binding;
  readonly isUsingGpuDevice: boolean;
  /** The handles of tensors; values that wait on the host are uploaded. */
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(handle: Handle): Tensor;
  refCount(dataId: object): number;
  /** Which handle a tensor has. */
  readonly tensorMap: { get(dataId: object): { id: number } };
}

/**
 * The backend in use, where steps can be recorded on it: tfjs-node. On a GPU the graph leaves devices to TensorFlow, as ops
 * called one by one do.
 */
export function recordableBackend(): RecordableBackend | undefined {
  return nativeBackend() as unknown as RecordableBackend | undefined;
}

/** The handle of a tensor. */
export function handleOf(backend: RecordableBackend, tensor: Tensor): number {
  return backend.getInputTensorIds([tensor])[0];
}

/** The same values under a handle that no other tensor shares. */
export function underOwnHandle<T extends Tensor>(backend: RecordableBackend, tensor: T): T {
  const [handle] = backend.binding.executeOp('Identity', [], [handleOf(backend, tensor)], 1);
  return backend.createOutputTensor(handle) as T;
}

/** Gives a variable the values of a handle. */
export function assignHandle(backend: RecordableBackend, variable: Variable, id: number): void {
  const [same] = backend.binding.executeOp('Identity', [], [id], 1);
  const value = backend.createOutputTensor(same);
  variable.assign(value);
  value.dispose();
}

/** Whether a handle still stands for a tensor. */
export function isAlive(binding: Binding, id: number): boolean {
  try {
    binding.deleteTensor(binding.executeOp('Identity', [], [id], 1)[0].id);
    return true;
  } catch {
    return false;
  }
}
