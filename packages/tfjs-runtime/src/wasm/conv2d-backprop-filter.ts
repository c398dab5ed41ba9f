import type { backend_util } from '@tensorflow/tfjs-core';
import {
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { callKernel } from './call-kernel.js';
import { conv2DShapes } from './conv2d-shapes.js';
import { shiftedAxis, type ShiftedAxis } from './shifted-grid.js';
import { heapViews, makeWindow, makeZeros, releaseWindow, type WasmKernelArgs } from './wasm-heap.js';

/** Grid positions per product, measured: large enough to hide the cost of a call, small enough for the cache. */
const positionsPerChunk = 16384;

interface FilterGradientPlan {
  readonly shapes: backend_util.Conv2DInfo;
  readonly rows: ShiftedAxis;
  readonly columns: ShiftedAxis;
  /** Images per product. */
  readonly images: number;
  /** Zeros before the data of a channel; as many as the largest shift, so that a shifted read ends in zeros. */
  readonly slack: number;
  /** Floats per channel and phase: `slack + images · rows.size · columns.size`. */
  readonly length: number;
}

/**
 * The gradient of a 2-D convolution with respect to its filter, `[height, width, inChannels, outChannels]`.
 *
 * With x laid out channel by channel on a grid on which each filter tap is a shift, and dy on the same grid with zeros
 * between, the gradient of a tap is one matrix product `x[channels, positions + shift] · dy[positions, outChannels]`:
 * no patches are copied, dy is packed once for all taps, and strides cost no multiplications by zero.
 */
export function conv2DBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: WasmKernelArgs<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>): TensorInfo {
  const shapes = conv2DShapes('Conv2DBackpropFilter', x.shape, attrs.filterShape, attrs);
  const gradient = makeZeros(backend, shapes.filterShape);
  if (shapes.batchSize * shapes.outHeight * shapes.outWidth === 0) return gradient;
  const plan = planFilterGradient(shapes);
  const { rows, columns, images, length, slack } = plan;
  const { inChannels, outChannels } = shapes;
  const xGrid = makeZeros(backend, [rows.phases * columns.phases * inChannels * length + slack]);
  const dyGrid = makeZeros(backend, [length, outChannels]);
  const taps = tapWindows(backend, xGrid, plan);
  for (let image = 0; image < shapes.batchSize; image += images) {
    const count = Math.min(images, shapes.batchSize - image);
    const [xValues, dyValues, xTarget, dyTarget] = heapViews(backend, x, dy, xGrid, dyGrid);
    layOutInput(xValues, xTarget, plan, image, count);
    layOutGradient(dyValues, dyTarget, plan, image, count);
    const right = makeWindow(backend, dyGrid, 0, [length, outChannels]);
    taps.forEach((left, tap) => {
      const product = callKernel(
        'BatchMatMul',
        backend,
        { a: left, b: right },
        { transposeA: false, transposeB: false },
      );
      addInto(backend, gradient, product, tap * inChannels * outChannels);
      backend.disposeData(product.dataId);
    });
    releaseWindow(backend, right);
  }
  for (const left of taps) releaseWindow(backend, left);
  backend.disposeData(xGrid.dataId);
  backend.disposeData(dyGrid.dataId);
  return gradient;
}

function planFilterGradient(shapes: backend_util.Conv2DInfo): FilterGradientPlan {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } =
    shapes;
  const rows = shiftedAxis(inHeight, outHeight, filterHeight, strideHeight, shapes.padInfo.top);
  const columns = shiftedAxis(inWidth, outWidth, filterWidth, strideWidth, shapes.padInfo.left);
  const slack = (rows.taps - 1) * columns.size + columns.taps - 1;
  const area = rows.size * columns.size;
  const images = Math.min(shapes.batchSize, Math.max(1, Math.round(positionsPerChunk / area)));
  return { shapes, rows, columns, images, slack, length: slack + images * area };
}

/** One window per filter tap, row by row: `[inChannels, length]`, starting at the tap's phase and shift. */
function tapWindows(backend: BackendWasm, xGrid: TensorInfo, plan: FilterGradientPlan): TensorInfo[] {
  const { shapes, columns, length } = plan;
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels } = shapes;
  return Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
    const row = Math.floor(tap / filterWidth);
    const column = tap % filterWidth;
    const phase = (row % strideHeight) * columns.phases + (column % strideWidth);
    const shift = Math.floor(row / strideHeight) * columns.size + Math.floor(column / strideWidth);
    return makeWindow(backend, xGrid, phase * inChannels * length + shift, [inChannels, length]);
  });
}

function layOutInput(
  x: backend_util.TypedArray,
  grid: backend_util.TypedArray,
  { shapes, rows, columns, slack, length }: FilterGradientPlan,
  firstImage: number,
  count: number,
): void {
  const { inHeight, inWidth, inChannels, strideHeight, strideWidth } = shapes;
  for (let image = 0; image < count; image++) {
    for (const row of rows.runs) {
      for (const column of columns.runs) {
        const channels = (row.phase * columns.phases + column.phase) * inChannels * length;
        for (let i = 0; i < row.count; i++) {
          const source =
            ((firstImage + image) * inHeight + row.start + i * strideHeight) * inWidth + column.start;
          const target = slack + (image * rows.size + row.position + i) * columns.size + column.position;
          spreadChannels(
            x,
            source * inChannels,
            strideWidth * inChannels,
            grid,
            channels + target,
            length,
            column.count,
            inChannels,
          );
        }
      }
    }
  }
}

/** Copies `count` pixels, `step` floats apart, to as many consecutive floats in each channel's stretch of `length`. */
function spreadChannels(
  x: backend_util.TypedArray,
  source: number,
  step: number,
  grid: backend_util.TypedArray,
  target: number,
  length: number,
  count: number,
  channels: number,
): void {
  let channel = 0;
  for (; channel + 4 <= channels; channel += 4) {
    // four at a time: a pixel's cache line is then read a quarter as often
    let from = source + channel;
    const begin = target + channel * length;
    for (let to = begin; to < begin + count; to++) {
      grid[to] = x[from];
      grid[to + length] = x[from + 1];
      grid[to + 2 * length] = x[from + 2];
      grid[to + 3 * length] = x[from + 3];
      from += step;
    }
  }
  for (; channel < channels; channel++) {
    let from = source + channel;
    const begin = target + channel * length;
    for (let to = begin; to < begin + count; to++) {
      grid[to] = x[from];
      from += step;
    }
  }
}

function layOutGradient(
  dy: backend_util.TypedArray,
  grid: backend_util.TypedArray,
  { shapes, rows, columns, images, slack }: FilterGradientPlan,
  firstImage: number,
  count: number,
): void {
  const { outHeight, outWidth, outChannels } = shapes;
  const run = outWidth * outChannels;
  for (let image = 0; image < count; image++) {
    for (let row = 0; row < outHeight; row++) {
      const source = ((firstImage + image) * outHeight + row) * run;
      const target = (slack + (image * rows.size + row) * columns.size) * outChannels;
      grid.set(dy.subarray(source, source + run), target);
    }
  }
  if (count < images) grid.fill(0, (slack + count * rows.size * columns.size) * outChannels);
}

function addInto(backend: BackendWasm, sum: TensorInfo, product: TensorInfo, offset: number): void {
  const [target, values] = heapViews(backend, sum, product);
  for (let i = 0; i < values.length; i++) target[offset + i] += values[i];
}
