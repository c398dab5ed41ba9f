/**
 * Training on the wasm backend of TensorFlow.js: the gradient kernels it lacks, and faster or correct ones where those it
 * ships hold training up. What is made of what:
 *
 * | kernel | how |
 * |---|---|
 * | Conv2DBackpropFilter | one fast matrix product per filter tap, x and dy on a grid where taps are shifts |
 * | Conv2DBackpropInput | one fast convolution of dy with the flipped filter, its phases (stride) woven together |
 * | BatchMatMul | transposed operands are transposed first, pairs of a batch go one by one through the fast product |
 * | FusedBatchNorm | one product and one sum per channel |
 * | Sum, Mean | over batch, height and width: average pooling |
 * | MaxPoolGrad, AvgPoolGrad | loops over windows in the wasm heap; both correct errors of the shipped kernels |
 * | DepthwiseConv2dNativeBackprop* | loops over filter taps in the wasm heap; for the input, without stride, one depthwise convolution |
 * | Identity, Cast to the same type | one more reference to the same data |
 * | UnsortedSegmentSum, GatherV2, Slice, Tile | runs of memory copied or added whole |
 * | Relu, Relu6, LeakyRelu, Prelu, ClipByValue, Maximum, Minimum, fused matrix product | inputs with NaN on the cpu backend, since the shipped ones clamp NaN to a number |
 * | convolutions, fused or not | the shipped ones; images with NaN give NaN |
 * | MaxPool3D(Grad), MaxPoolWithArgmax, Conv3DBackpropInputV2 (the shipped ones are wrong), all else that cpu has and wasm lacks | the cpu backend's kernel, on copies |
 */
import {
  getKernel,
  getKernelsForBackend,
  registerKernel,
  unregisterKernel,
  type KernelFunc,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { fastBatchMatMul } from './batch-mat-mul.js';
import { fastBatchNorm } from './batch-norm.js';
import { conv2DBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2DBackpropInput } from './conv2d-backprop-input.js';
import { cpuFallback } from './cpu-fallback.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-backprop.js';
import { fastGather } from './gather.js';
import { fastCast, identity } from './identity.js';
import { passNanOn, passNanThroughConvolution } from './pass-nan.js';
import { avgPoolGrad, maxPoolGrad } from './pool-grad.js';
import { fastPixelReduction } from './reduce-pixels.js';
import { fastSlice } from './slice.js';
import { tile } from './tile.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';
import type { WasmKernelArgs } from './wasm-heap.js';

/** Kernels that the wasm backend lacks; one that it comes to ship is kept. */
const missing = {
  Conv2DBackpropFilter: kernel(conv2DBackpropFilter),
  DepthwiseConv2dNativeBackpropFilter: kernel(depthwiseBackpropFilter),
  DepthwiseConv2dNativeBackpropInput: kernel(depthwiseBackpropInput),
  UnsortedSegmentSum: kernel(unsortedSegmentSum),
};

/** Kernels that clamp, and so make a number of NaN. */
const CLAMPING = ['ClipByValue', 'LeakyRelu', 'Maximum', 'Minimum', 'Prelu', 'Relu', 'Relu6', '_FusedMatMul'];
const CONVOLVING = ['Conv2D', 'DepthwiseConv2dNative', 'FusedConv2D', 'FusedDepthwiseConv2D'];

/** Kernels that take the place of the shipped ones, which they receive for the cases they leave to them. */
const replaced: Record<string, (shipped: KernelFunc) => KernelFunc> = {
  ...Object.fromEntries(CLAMPING.map((name) => [name, passNanOn(name)])),
  ...Object.fromEntries(CONVOLVING.map((name) => [name, passNanThroughConvolution])),
  AvgPoolGrad: () => kernel(avgPoolGrad),
  BatchMatMul: (shipped) => kernel(fastBatchMatMul(shipped)),
  Cast: (shipped) => kernel(fastCast(shipped)),
  Conv2DBackpropInput: () => kernel(conv2DBackpropInput),
  Conv3DBackpropInputV2: () => cpuFallback('Conv3DBackpropInputV2'),
  FusedBatchNorm: (shipped) => kernel(fastBatchNorm(shipped)),
  GatherV2: (shipped) => kernel(fastGather(shipped)),
  Identity: () => kernel(identity),
  MaxPool3D: () => cpuFallback('MaxPool3D'),
  MaxPool3DGrad: () => cpuFallback('MaxPool3DGrad'),
  MaxPoolGrad: () => kernel(maxPoolGrad),
  MaxPoolWithArgmax: () => cpuFallback('MaxPoolWithArgmax'),
  Mean: (shipped) => kernel(fastPixelReduction('mean', shipped)),
  Slice: (shipped) => kernel(fastSlice(shipped)),
  Sum: (shipped) => kernel(fastPixelReduction('sum', shipped)),
  Tile: () => kernel(tile),
};

let registered = false;

/**
 * Registers the training kernels for the backend `wasm`; calling it again does nothing. Call it before or after
 * `tf.setBackend('wasm')`. Kernels that only cpu has run there on copies (`cpuFallback`), which is slow but correct;
 * complex tensors they make stay with the cpu backend, so only other such kernels can take them.
 */
export function registerWasmTrainingKernels(): void {
  if (registered) return;
  registered = true;
  for (const [name, make] of Object.entries(replaced)) {
    const shipped = getKernel(name, 'wasm');
    if (shipped === undefined) continue;
    unregisterKernel(name, 'wasm');
    registerKernel({ ...shipped, kernelFunc: make(shipped.kernelFunc) });
  }
  for (const [name, kernelFunc] of Object.entries(missing)) registerIfMissing(name, kernelFunc);
  for (const { kernelName } of getKernelsForBackend('cpu'))
    registerIfMissing(kernelName, cpuFallback(kernelName));
}

function registerIfMissing(kernelName: string, kernelFunc: KernelFunc): void {
  if (getKernel(kernelName, 'wasm') === undefined)
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

/** tfjs hands every kernel untyped inputs and attributes; the typed kernels here trust the op that called them. */
function kernel<Inputs, Attrs>(compute: (args: WasmKernelArgs<Inputs, Attrs>) => unknown): KernelFunc {
  return compute as unknown as KernelFunc;
}
