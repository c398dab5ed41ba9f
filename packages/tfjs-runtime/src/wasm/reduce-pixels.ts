import {
  backend_util,
  util,
  type KernelFunc,
  type SumAttrs,
  type SumInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { callKernel } from './call-kernel.js';
import { heapViews, makeWindow, makeZeros, releaseWindow, type WasmKernelArgs } from './wasm-heap.js';

type ReduceArgs = WasmKernelArgs<SumInputs, SumAttrs>;

/** Elements from which the fast form is worth its setting up. */
const worthwhile = 4096;

/** Pixels that one pooling window averages; their averages are added up in float64. */
const pixelsPerWindow = 256;

/**
 * Sum or mean over axes next to each other but not the last (batch, or height and width, or all three) by average
 * pooling, which is vectorised; the shipped kernel transposes first. All else stays with the shipped kernel.
 */
export function fastPixelReduction(
  result: 'sum' | 'mean',
  shipped: KernelFunc,
): (args: ReduceArgs) => TensorInfo {
  return (args) => {
    const { inputs, attrs, backend } = args;
    const { x } = inputs;
    const axes = util.parseAxisParam(attrs.axis, x.shape).sort((a, b) => a - b);
    const [first, last] = [axes[0], axes[axes.length - 1]];
    const pixels = util.sizeFromShape(x.shape.slice(first, last + 1));
    const channels = util.sizeFromShape(x.shape.slice(last + 1));
    const suits =
      x.dtype === 'float32' &&
      axes.length === last - first + 1 &&
      last < x.shape.length - 1 &&
      channels > 1 &&
      pixels > 1 &&
      util.sizeFromShape(x.shape) >= worthwhile;
    if (!suits) return shipped(args as never) as TensorInfo;
    const images = util.sizeFromShape(x.shape.slice(0, first));
    const reduced =
      images === 1 ? addUp(backend, x, pixels, channels) : average(backend, x, images, pixels, channels);
    if (heapViews(backend, reduced)[0].includes(-Infinity)) {
      backend.disposeData(reduced.dataId); // pooling makes -Infinity of NaN; only the shipped kernel tells them apart
      return shipped(args as never) as TensorInfo;
    }
    const factor = images === 1 ? (result === 'sum' ? 1 : 1 / pixels) : result === 'sum' ? pixels : 1;
    if (factor !== 1) scaleInPlace(backend, reduced, factor);
    const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    return { ...reduced, shape: attrs.keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape };
  };
}

/** The average of each image's pixels, `[images, channels]`. */
function average(
  backend: BackendWasm,
  x: TensorInfo,
  images: number,
  pixels: number,
  channels: number,
): TensorInfo {
  const image = { ...x, shape: [images, pixels, 1, channels] };
  return callKernel('AvgPool', backend, { x: image }, { filterSize: [pixels, 1], strides: 1, pad: 'valid' });
}

/** The sum of all pixels, `[channels]`: whole windows by pooling, the rest one by one. */
function addUp(backend: BackendWasm, x: TensorInfo, pixels: number, channels: number): TensorInfo {
  const windows = Math.floor(pixels / pixelsPerWindow);
  const sums = new Float64Array(channels);
  if (windows > 0) {
    const whole = makeWindow(backend, x, 0, [windows, pixelsPerWindow, 1, channels]);
    const averages = average(backend, whole, windows, pixelsPerWindow, channels);
    addRows(heapViews(backend, averages)[0], 0, sums);
    for (let c = 0; c < channels; c++) sums[c] *= pixelsPerWindow;
    releaseWindow(backend, whole);
    backend.disposeData(averages.dataId);
  }
  addRows(heapViews(backend, x)[0], windows * pixelsPerWindow * channels, sums);
  const total = makeZeros(backend, [channels]);
  heapViews(backend, total)[0].set(sums);
  return total;
}

function addRows(rows: backend_util.TypedArray, start: number, sums: Float64Array): void {
  for (let row = start; row < rows.length; row += sums.length) {
    for (let c = 0; c < sums.length; c++) sums[c] += rows[row + c];
  }
}

function scaleInPlace(backend: BackendWasm, info: TensorInfo, factor: number): void {
  const [values] = heapViews(backend, info);
  for (let i = 0; i < values.length; i++) values[i] *= factor;
}
