import type { CastAttrs, CastInputs, IdentityInputs, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmKernelArgs } from './wasm-heap.js';

/**
 * The same data under one more reference, as every reshape does it. The shipped kernel copies, and tfjs clones every
 * tensor that a gradient needs later.
 */
export function identity({ inputs: { x }, backend }: WasmKernelArgs<IdentityInputs, unknown>): TensorInfo {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/** A cast to the type a tensor has already is the same tensor; all others stay with the shipped kernel. */
export function fastCast(shipped: KernelFunc): (args: WasmKernelArgs<CastInputs, CastAttrs>) => TensorInfo {
  return (args) =>
    args.inputs.x.dtype === args.attrs.dtype ? identity(args) : (shipped(args as never) as TensorInfo);
}
