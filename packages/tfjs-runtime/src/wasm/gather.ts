import {
  backend_util,
  util,
  type GatherV2Attrs,
  type GatherV2Inputs,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { copyRun } from './copy-run.js';
import { heapViews, type WasmKernelArgs } from './wasm-heap.js';

type GatherArgs = WasmKernelArgs<GatherV2Inputs, GatherV2Attrs>;

/**
 * Picks slices by copying each as one run; the shipped kernel computes every element's index. Indices out of range are
 * left to the shipped kernel, which reports them.
 */
export function fastGather(shipped: KernelFunc): (args: GatherArgs) => TensorInfo {
  return (args) => {
    const { inputs, attrs, backend } = args;
    const { x, indices } = inputs;
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0];
    const [picked] = heapViews(backend, indices);
    const inRange = picked.every((index) => index >= 0 && index < x.shape[axis]);
    if (x.dtype === 'string' || !inRange) return shipped(args as never) as TensorInfo;
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
      backend_util.segment_util.collectGatherOpShapeInfo(x as never, indices as never, axis, attrs.batchDims);
    const output = backend.makeOutput(outputShape, x.dtype);
    const [source, rows, target] = heapViews(backend, x, indices, output);
    const count = rows.length / batchSize;
    let to = 0;
    for (let batch = 0; batch < batchSize; batch++) {
      for (let outer = 0; outer < outerSize; outer++) {
        const start = (batch * outerSize + outer) * dimSize;
        for (let i = 0; i < count; i++, to += sliceSize) {
          copyRun(source, (start + rows[batch * count + i]) * sliceSize, target, to, sliceSize);
        }
      }
    }
    return output;
  };
}
