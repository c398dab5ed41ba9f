import {
  backend_util,
  type AvgPoolGradAttrs,
  type AvgPoolGradInputs,
  type MaxPoolGradAttrs,
  type MaxPoolGradInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { heapViews, makeZeros, type WasmKernelArgs } from './wasm-heap.js';

/**
 * The gradient of max pooling, shaped like its input; the first of equal maxima takes it all, as in tfjs's cpu kernel.
 * (The shipped kernel starts its search at the smallest positive float, and so loses the gradient of windows without a
 * positive value.)
 */
export function maxPoolGrad({
  inputs: { dy, input },
  attrs: { filterSize, strides, pad, dimRoundingMode },
  backend,
}: WasmKernelArgs<MaxPoolGradInputs, MaxPoolGradAttrs>): TensorInfo {
  const shapes = poolShapes(input, filterSize, strides, pad, dimRoundingMode);
  const gradient = makeZeros(backend, input.shape);
  const [x, upstream, target] = heapViews(backend, input, dy, gradient);
  const channels = shapes.inChannels;
  const best = new Float32Array(channels);
  const bestAt = new Int32Array(channels);
  forEachWindow(shapes, (pixels, count, output) => {
    for (let c = 0; c < channels; c++) {
      best[c] = x[pixels[0] + c];
      bestAt[c] = pixels[0] + c;
    }
    for (let i = 1; i < count; i++) {
      const pixel = pixels[i];
      for (let c = 0; c < channels; c++) {
        const value = x[pixel + c];
        if (value > best[c]) {
          best[c] = value;
          bestAt[c] = pixel + c;
        }
      }
    }
    for (let c = 0; c < channels; c++) target[bestAt[c]] += upstream[output + c];
  });
  return gradient;
}

/**
 * The gradient of average pooling, shaped like its input. Padding does not count in a window's average, as in the
 * shipped forward kernel; tfjs's own gradient kernels divide by the full window and are wrong at a padded border.
 */
export function avgPoolGrad({
  inputs: { dy, input },
  attrs,
  backend,
}: WasmKernelArgs<AvgPoolGradInputs, AvgPoolGradAttrs>): TensorInfo {
  const { dimRoundingMode } = attrs as Partial<MaxPoolGradAttrs>;
  const shapes = poolShapes(input, attrs.filterSize, attrs.strides, attrs.pad, dimRoundingMode);
  const gradient = makeZeros(backend, input.shape);
  const [upstream, target] = heapViews(backend, dy, gradient);
  const channels = shapes.inChannels;
  forEachWindow(shapes, (pixels, count, output) => {
    for (let i = 0; i < count; i++) {
      const pixel = pixels[i];
      for (let c = 0; c < channels; c++) target[pixel + c] += upstream[output + c] / count;
    }
  });
  return gradient;
}

function poolShapes(
  input: TensorInfo,
  filterSize: number | [number, number],
  strides: number | [number, number],
  pad: MaxPoolGradAttrs['pad'],
  dimRoundingMode: MaxPoolGradAttrs['dimRoundingMode'],
): backend_util.Conv2DInfo {
  const shape = input.shape as [number, number, number, number];
  return backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
}

/** Visits every output pixel with the offsets of the input pixels in its window, row by row, padding left out. */
function forEachWindow(
  { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, ...shapes }: backend_util.Conv2DInfo,
  visit: (pixels: Int32Array, count: number, output: number) => void,
): void {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = shapes;
  const pixels = new Int32Array(filterHeight * filterWidth);
  let output = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = outRow * strideHeight - padInfo.top;
      const bottom = Math.min(inHeight, top + filterHeight);
      for (let outColumn = 0; outColumn < outWidth; outColumn++, output += inChannels) {
        const left = outColumn * strideWidth - padInfo.left;
        const right = Math.min(inWidth, left + filterWidth);
        let count = 0;
        for (let row = Math.max(0, top); row < bottom; row++) {
          for (let column = Math.max(0, left); column < right; column++) {
            pixels[count++] = ((image * inHeight + row) * inWidth + column) * inChannels;
          }
        }
        if (count > 0) visit(pixels, count, output);
      }
    }
  }
}
