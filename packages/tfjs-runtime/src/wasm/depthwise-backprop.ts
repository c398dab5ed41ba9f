import {
  backend_util,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { callKernel } from './call-kernel.js';
import { heapViews, makeZeros, type WasmKernelArgs } from './wasm-heap.js';

type Shapes = backend_util.Conv2DInfo;

/** The gradient of a depthwise convolution with respect to its filter, `[height, width, channels, multiplier]`. */
export function depthwiseBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: WasmKernelArgs<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs
>): TensorInfo {
  const shapes = depthwiseShapes(x.shape, attrs.filterShape, attrs);
  const gradient = makeZeros(backend, attrs.filterShape);
  const [values, upstream, target] = heapViews(backend, x, dy, gradient);
  const { inChannels, outChannels } = shapes;
  const multiplier = outChannels / inChannels;
  const sums = new Float64Array(target.length);
  const step = shapes.strideWidth * inChannels;
  forEachRun(shapes, (input, output, tap, count) => {
    for (let o = 0; o < outChannels; o++) {
      const start = output + o;
      let from = input + Math.floor(o / multiplier);
      let sum = 0;
      for (let at = start; at < start + count * outChannels; at += outChannels, from += step) {
        sum += values[from] * upstream[at];
      }
      sums[tap + o] += sum;
    }
  });
  target.set(sums);
  return gradient;
}

/**
 * The gradient of a depthwise convolution with respect to its input, `[batch, height, width, channels]`: with stride 1 and
 * multiplier 1 a fast depthwise convolution of dy with the flipped filter.
 */
export function depthwiseBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: WasmKernelArgs<
  DepthwiseConv2dNativeBackpropInputInputs,
  DepthwiseConv2dNativeBackpropInputAttrs
>): TensorInfo {
  const shapes = depthwiseShapes(attrs.inputShape, filter.shape, attrs);
  const pad = mirroredPad(shapes);
  if (pad !== undefined) return convolveMirrored(backend, dy, filter, shapes, pad);
  const gradient = makeZeros(backend, attrs.inputShape);
  const [upstream, weights, target] = heapViews(backend, dy, filter, gradient);
  const { inChannels, outChannels } = shapes;
  const multiplier = outChannels / inChannels;
  const step = shapes.strideWidth * inChannels;
  forEachRun(shapes, (input, output, tap, count) => {
    for (let o = 0; o < outChannels; o++) {
      const weight = weights[tap + o];
      const start = output + o;
      let to = input + Math.floor(o / multiplier);
      for (let at = start; at < start + count * outChannels; at += outChannels, to += step) {
        target[to] += upstream[at] * weight;
      }
    }
  });
  return gradient;
}

/** The padding under which a depthwise convolution of dy gives the input gradient; none with a stride or a multiplier. */
function mirroredPad(shapes: Shapes): backend_util.ExplicitPadding | undefined {
  const { inChannels, outChannels, strideHeight, strideWidth, padInfo } = shapes;
  const height = shapes.effectiveFilterHeight - 1;
  const width = shapes.effectiveFilterWidth - 1;
  const rows: [number, number] = [height - padInfo.top, height - padInfo.bottom];
  const columns: [number, number] = [width - padInfo.left, width - padInfo.right];
  const suits =
    outChannels === inChannels && strideHeight * strideWidth === 1 && Math.min(...rows, ...columns) >= 0;
  return suits ? [[0, 0], rows, columns, [0, 0]] : undefined;
}

function convolveMirrored(
  backend: BackendWasm,
  dy: TensorInfo,
  filter: TensorInfo,
  { dilationHeight, dilationWidth }: Shapes,
  pad: backend_util.ExplicitPadding,
): TensorInfo {
  const flipped = callKernel('Reverse', backend, { x: filter }, { dims: [0, 1] });
  const attrs = { strides: 1, dilations: [dilationHeight, dilationWidth], pad, dataFormat: 'NHWC' };
  const gradient = callKernel('DepthwiseConv2dNative', backend, { x: dy, filter: flipped }, attrs);
  backend.disposeData(flipped.dataId);
  return gradient;
}

function depthwiseShapes(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad, dimRoundingMode }: Omit<DepthwiseConv2dNativeBackpropInputAttrs, 'inputShape'>,
): Shapes {
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
}

/**
 * Visits every row of output pixels that meets one filter tap within the input, as the offsets of the first pixels' and the
 * tap's first channels and the count of pixels.
 */
function forEachRun(
  { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, ...shapes }: Shapes,
  visit: (input: number, output: number, tap: number, count: number) => void,
): void {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } =
    shapes;
  for (let row = 0; row < batchSize * outHeight; row++) {
    const image = Math.floor(row / outHeight);
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const tapRow = Math.floor(tap / filterWidth) * dilationHeight - padInfo.top;
      const tapColumn = (tap % filterWidth) * dilationWidth - padInfo.left;
      const inRow = (row % outHeight) * strideHeight + tapRow;
      if (inRow < 0 || inRow >= inHeight) continue;
      const first = Math.max(0, Math.ceil(-tapColumn / strideWidth));
      const end = Math.min(outWidth, Math.ceil((inWidth - tapColumn) / strideWidth));
      if (end <= first) continue;
      const input = (image * inHeight + inRow) * inWidth + first * strideWidth + tapColumn;
      visit(input * inChannels, (row * outWidth + first) * outChannels, tap * outChannels, end - first);
    }
  }
}
