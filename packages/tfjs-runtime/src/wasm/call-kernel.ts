import {
  getKernel,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** Runs the wasm kernel that is registered under this name and gives its only output, which the caller disposes. */
export function callKernel(
  name: string,
  backend: BackendWasm,
  inputs: NamedTensorInfoMap,
  attrs: object = {},
): TensorInfo {
  const outputs = getKernel(name, 'wasm').kernelFunc({ inputs, backend, attrs: attrs as NamedAttrMap });
  return Array.isArray(outputs) ? outputs[0] : outputs;
}
