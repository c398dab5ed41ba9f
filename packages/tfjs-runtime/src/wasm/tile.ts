import { util, type TensorInfo, type TileAttrs, type TileInputs } from '@tensorflow/tfjs-core';
import type { backend_util } from '@tensorflow/tfjs-core';
import { heapViews, type WasmKernelArgs } from './wasm-heap.js';

/** Repeats a tensor along its axes by copying ever larger blocks; the shipped kernel computes every index again. */
export function tile({
  inputs: { x },
  attrs: { reps },
  backend,
}: WasmKernelArgs<TileInputs, TileAttrs>): TensorInfo {
  const shape = x.shape.map((size, axis) => size * reps[axis]);
  const output = backend.makeOutput(shape, x.dtype);
  const [source, target] = heapViews(backend, x, output);
  const firstTiled = reps.findIndex((count) => count !== 1);
  if (target.length === 0) return output;
  if (firstTiled < 0) {
    target.set(source);
    return output;
  }
  let values = source;
  for (let axis = x.shape.length - 1; axis >= firstTiled; axis--) {
    if (reps[axis] === 1) continue;
    const block = util.sizeFromShape([...x.shape.slice(0, axis + 1).slice(-1), ...shape.slice(axis + 1)]);
    const tiled =
      axis === firstTiled ? target : new (source.constructor as FloatArrayType)(values.length * reps[axis]);
    repeatBlocks(values, tiled, block, reps[axis]);
    values = tiled;
  }
  return output;
}

type FloatArrayType = new (length: number) => backend_util.TypedArray;

function repeatBlocks(
  source: backend_util.TypedArray,
  target: backend_util.TypedArray,
  block: number,
  count: number,
): void {
  for (let from = 0, to = 0; from < source.length; from += block) {
    if (block === 1) {
      target.fill(source[from], to, to + count);
      to += count;
      continue;
    }
    const values = source.subarray(from, from + block);
    for (const end = to + block * count; to < end; to += block) target.set(values, to);
  }
}
