import type { backend_util } from '@tensorflow/tfjs-core';
import { util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What a kernel written here receives: tensors that live, or are moved, into the wasm heap. */
export interface WasmKernelArgs<Inputs, Attrs> {
  readonly inputs: { readonly [Name in keyof Inputs]-?: TensorInfo };
  readonly attrs: Attrs;
  readonly backend: BackendWasm;
}

/**
 * Live views of tensors in the wasm heap, in the order given; they go stale when the heap next grows, so allocate
 * every tensor a kernel needs before asking for views.
 */
export function heapViews(backend: BackendWasm, ...infos: readonly TensorInfo[]): backend_util.TypedArray[] {
  for (const info of infos) backend.dataIdMap.get(info.dataId); // moves a tensor of another backend into the heap
  return infos.map((info) => backend.typedArrayFromHeap(info));
}

/** A new tensor filled with zeros; `makeOutput` alone leaves the heap's old bytes in it. */
export function makeZeros(
  backend: BackendWasm,
  shape: readonly number[],
  dtype: DataType = 'float32',
): TensorInfo {
  const info = backend.makeOutput([...shape], dtype);
  heapViews(backend, info)[0].fill(0);
  return info;
}

/**
 * A tensor that borrows memory of `owner` from element `offset` on: no copy, and its own name, under which the
 * backend caches what it packs. Give it back with `releaseWindow`, before its owner is disposed.
 */
export function makeWindow(
  backend: BackendWasm,
  owner: TensorInfo,
  offset: number,
  shape: readonly number[],
): TensorInfo {
  const { memoryOffset } = backend.dataIdMap.get(owner.dataId);
  const bytes = util.bytesPerElement(owner.dtype);
  return backend.makeOutput([...shape], owner.dtype, memoryOffset + offset * bytes);
}

/** Forgets a window and what the backend packed for it, and leaves its owner's memory alone. */
export function releaseWindow(backend: BackendWasm, window: TensorInfo): void {
  const { id } = backend.dataIdMap.get(window.dataId);
  backend.wasm.tfjs.disposeData(id);
  backend.dataIdMap.delete(window.dataId);
}
