import type { backend_util } from '@tensorflow/tfjs-core';
import {
  slice_util,
  util,
  type KernelFunc,
  type SliceAttrs,
  type SliceInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { copyRun } from './copy-run.js';
import { heapViews, type WasmKernelArgs } from './wasm-heap.js';

type SliceArgs = WasmKernelArgs<SliceInputs, SliceAttrs>;

/** Cuts a block out of a tensor in the longest runs there are (the gradient of `tf.pad`); the shipped kernel first copies all of x. */
export function fastSlice(shipped: KernelFunc): (args: SliceArgs) => TensorInfo {
  return (args) => {
    const { inputs, attrs, backend } = args;
    const { x } = inputs;
    if (x.dtype === 'string') return shipped(args as never) as TensorInfo;
    const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size);
    const output = backend.makeOutput(size, x.dtype);
    const [source, target] = heapViews(backend, x, output);
    copyBlock(source, target, x.shape, begin, size);
    return output;
  };
}

function copyBlock(
  source: backend_util.TypedArray,
  target: backend_util.TypedArray,
  shape: readonly number[],
  begin: readonly number[],
  size: readonly number[],
): void {
  if (target.length === 0) return;
  let axis = shape.length - 1;
  while (axis > 0 && size[axis] === shape[axis]) axis--; // axes taken whole join the run
  const inner = util.sizeFromShape(shape.slice(axis + 1));
  const run = inner * (size[axis] ?? 1);
  const strides = [...util.computeStrides([...shape]), 1];
  const index = new Int32Array(Math.max(0, axis));
  for (let to = 0; to < target.length; to += run) {
    let from = (begin[axis] ?? 0) * inner;
    for (let i = 0; i < axis; i++) from += (begin[i] + index[i]) * strides[i];
    copyRun(source, from, target, to, run);
    for (let i = axis - 1; i >= 0 && ++index[i] === size[i]; i--) index[i] = 0;
  }
}
