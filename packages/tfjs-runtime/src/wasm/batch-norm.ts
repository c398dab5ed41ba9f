import {
  util,
  type FusedBatchNormAttrs,
  type FusedBatchNormInputs,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { callKernel } from './call-kernel.js';
import { heapViews, type WasmKernelArgs } from './wasm-heap.js';

type BatchNormArgs = WasmKernelArgs<FusedBatchNormInputs, FusedBatchNormAttrs>;

/**
 * Batch normalisation by given statistics, x · γ/√(variance + ε) + (β − mean · γ/√(variance + ε)): one product and one sum
 * per channel, both vectorised. Statistics that are not per channel stay with the shipped kernel.
 */
export function fastBatchNorm(shipped: KernelFunc): (args: BatchNormArgs) => TensorInfo {
  return (args) => {
    const { inputs, attrs, backend } = args;
    const { x, mean, variance } = inputs;
    const { scale, offset }: Partial<BatchNormArgs['inputs']> = inputs; // both may be left out
    const channels = x.shape.at(-1) ?? 0;
    const given = [mean, variance, scale, offset].filter((info) => info !== undefined && info !== null);
    const perChannel = given.every(
      ({ shape }) => shape.at(-1) === channels && util.sizeFromShape(shape) === channels,
    );
    if (!perChannel || x.shape.length < given[0].shape.length) return shipped(args as never) as TensorInfo;
    const [means, variances] = heapViews(backend, mean, variance);
    const scales = scale && heapViews(backend, scale)[0];
    const offsets = offset && heapViews(backend, offset)[0];
    const factors = Float32Array.from(
      variances,
      (value, c) => (scales?.[c] ?? 1) / Math.sqrt(value + attrs.varianceEpsilon),
    );
    const shifts = factors.map((factor, c) => (offsets?.[c] ?? 0) - means[c] * factor);
    const factor = backend.makeOutput([channels], 'float32', undefined, factors);
    const shift = backend.makeOutput([channels], 'float32', undefined, shifts);
    const scaled = callKernel('Multiply', backend, { a: x, b: factor });
    const output = callKernel('Add', backend, { a: scaled, b: shift });
    for (const { dataId } of [factor, shift, scaled]) backend.disposeData(dataId);
    return output;
  };
}
