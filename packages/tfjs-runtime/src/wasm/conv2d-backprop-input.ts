import type { backend_util } from '@tensorflow/tfjs-core';
import {
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { callKernel } from './call-kernel.js';
import { conv2DShapes } from './conv2d-shapes.js';
import { heapViews, makeZeros, type WasmKernelArgs } from './wasm-heap.js';

/** One spatial axis of the input gradient, split by the stride into phases that are convolutions of dy. */
interface PhasedAxis {
  readonly taps: number;
  readonly phases: number;
  readonly before: number;
  readonly after: number;
  /** Positions per phase that the convolution gives, and the first of them. */
  readonly count: number;
  readonly first: number;
}

/**
 * The gradient of a 2-D convolution with respect to its input, `[batch, height, width, inChannels]`.
 *
 * Input index `i` has the phase `(i + pad) % stride`; all indices of one phase meet the same filter taps, so each phase
 * is a plain convolution of dy with those taps, flipped. The phases are the output channels of one fast convolution
 * and are woven together afterwards; with stride 1 there is one phase and nothing to weave.
 */
export function conv2DBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: WasmKernelArgs<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>): TensorInfo {
  const shapes = conv2DShapes('Conv2DBackpropInput', attrs.inputShape, filter.shape, attrs);
  const { batchSize, inHeight, inWidth, inChannels, padInfo } = shapes;
  if (batchSize * shapes.outHeight * shapes.outWidth === 0) return makeZeros(backend, shapes.inShape);
  const rows = phasedAxis(inHeight, shapes.outHeight, shapes.filterHeight, shapes.strideHeight, padInfo.top);
  const columns = phasedAxis(inWidth, shapes.outWidth, shapes.filterWidth, shapes.strideWidth, padInfo.left);
  const phaseFilter = flipByPhase(backend, filter, shapes, rows, columns);
  const pad = [
    [0, 0],
    [rows.before, rows.after],
    [columns.before, columns.after],
    [0, 0],
  ];
  const phased = callKernel(
    'Conv2D',
    backend,
    { x: dy, filter: phaseFilter },
    { strides: 1, dilations: 1, pad, dataFormat: 'NHWC' },
  );
  backend.disposeData(phaseFilter.dataId);
  const plain =
    shapes.strideHeight * shapes.strideWidth === 1 && rows.count === inHeight && columns.count === inWidth;
  if (plain && inChannels === phased.shape[3]) return phased;
  const gradient = weave(backend, phased, shapes, rows, columns);
  backend.disposeData(phased.dataId);
  return gradient;
}

function phasedAxis(input: number, output: number, kernel: number, stride: number, pad: number): PhasedAxis {
  const taps = Math.ceil(kernel / stride);
  const before = Math.max(0, taps - 1 - Math.floor(pad / stride));
  const first = taps - 1 - before;
  const needed = Math.floor((input - 1 + pad) / stride) - first + 1;
  const after = Math.max(0, needed + taps - 1 - output - before);
  return {
    taps,
    phases: Math.min(kernel, stride),
    before,
    after,
    first,
    count: output + before + after - taps + 1,
  };
}

/** The filter `[taps, taps, outChannels, phases · phases · inChannels]` whose convolution with dy gives every phase. */
function flipByPhase(
  backend: BackendWasm,
  filter: TensorInfo,
  { filterHeight, filterWidth, inChannels, outChannels, strideHeight, strideWidth }: backend_util.Conv2DInfo,
  rows: PhasedAxis,
  columns: PhasedAxis,
): TensorInfo {
  const phasedChannels = rows.phases * columns.phases * inChannels;
  const flipped = makeZeros(backend, [rows.taps, columns.taps, outChannels, phasedChannels]);
  const [source, target] = heapViews(backend, filter, flipped);
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const tapRow = rows.taps - 1 - Math.floor(row / strideHeight);
      const tapColumn = columns.taps - 1 - Math.floor(column / strideWidth);
      const phase = (row % strideHeight) * columns.phases + (column % strideWidth);
      const from = (row * filterWidth + column) * inChannels * outChannels;
      const to = (tapRow * columns.taps + tapColumn) * outChannels * phasedChannels + phase * inChannels;
      for (let i = 0; i < inChannels; i++) {
        for (let o = 0; o < outChannels; o++) {
          target[to + o * phasedChannels + i] = source[from + i * outChannels + o];
        }
      }
    }
  }
  return flipped;
}

/** Puts the phases side by side and cuts away what padding made too much; indices that no tap meets stay zero. */
function weave(
  backend: BackendWasm,
  phased: TensorInfo,
  {
    batchSize,
    inHeight,
    inWidth,
    inChannels,
    inShape,
    strideHeight,
    strideWidth,
    padInfo,
  }: backend_util.Conv2DInfo,
  rows: PhasedAxis,
  columns: PhasedAxis,
): TensorInfo {
  const gradient = makeZeros(backend, inShape);
  const [source, target] = heapViews(backend, phased, gradient);
  const phasedChannels = phased.shape[3];
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < inHeight; row++) {
      const phaseRow = (row + padInfo.top) % strideHeight;
      if (phaseRow >= rows.phases) continue;
      const sourceRow = image * rows.count + Math.floor((row + padInfo.top) / strideHeight) - rows.first;
      for (let column = 0; column < inWidth; column++) {
        const phaseColumn = (column + padInfo.left) % strideWidth;
        if (phaseColumn >= columns.phases) continue;
        const position = Math.floor((column + padInfo.left) / strideWidth) - columns.first;
        const from =
          (sourceRow * columns.count + position) * phasedChannels +
          (phaseRow * columns.phases + phaseColumn) * inChannels;
        const to = ((image * inHeight + row) * inWidth + column) * inChannels;
        for (let channel = 0; channel < inChannels; channel++) target[to + channel] = source[from + channel];
      }
    }
  }
  return gradient;
}
