import {
  util,
  type TensorInfo,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
} from '@tensorflow/tfjs-core';
import { heapViews, makeZeros, type WasmKernelArgs } from './wasm-heap.js';

/**
 * Sums the slices of x that share a segment id, `[numSegments, ...x.shape after the ids' axes]`: the gradient of
 * `tf.gather`. Ids outside `0..numSegments - 1` are dropped, as tfjs's cpu kernel does.
 */
export function unsortedSegmentSum({
  inputs: { x, segmentIds },
  attrs: { numSegments },
  backend,
}: WasmKernelArgs<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>): TensorInfo {
  const sliceShape = x.shape.slice(segmentIds.shape.length);
  const sliceSize = util.sizeFromShape(sliceShape);
  const sums = makeZeros(backend, [numSegments, ...sliceShape], x.dtype);
  const [values, ids, target] = heapViews(backend, x, segmentIds, sums);
  for (let slice = 0; slice < ids.length; slice++) {
    const segment = ids[slice];
    if (segment < 0 || segment >= numSegments) continue;
    const from = slice * sliceSize;
    const to = segment * sliceSize;
    for (let i = 0; i < sliceSize; i++) target[to + i] += values[from + i];
  }
  return sums;
}
