import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { cpuFallback } from './cpu-fallback.js';
import { heapViews } from './wasm-heap.js';

/** What tfjs hands a kernel. */
type Args = Parameters<KernelFunc>[0] & { readonly backend: BackendWasm };

/**
 * A kernel of values one by one that passes NaN on. The shipped ones clamp, and a clamp with SIMD instructions makes a number of
 * NaN: a run that has diverged would look well. Inputs with NaN go to the cpu backend's kernel, the others where they did.
 */
export function passNanOn(kernelName: string): (shipped: KernelFunc) => KernelFunc {
  const exact = cpuFallback(kernelName);
  // A product of Inf and 0 makes NaN within the kernel, in front of its clamp.
  const suspicious = kernelName === '_FusedMatMul' ? isNotFinite : isNan;
  return (shipped) => (args) => (finds(suspicious, args as Args) ? exact(args) : shipped(args));
}

/**
 * A convolution that passes NaN on, for the same reason: an image with NaN gives NaN everywhere, and so does a filter with
 * NaN, which is more than the values that NaN reaches, and no search for them. Where an activation follows, so does Inf.
 */
export function passNanThroughConvolution(shipped: KernelFunc): KernelFunc {
  return (args) => {
    const { activation } = args.attrs as { readonly activation?: string };
    const suspicious = activation ? isNotFinite : isNan;
    const output = shipped(args) as TensorInfo;
    const { inputs, backend } = args as Args;
    const { x, ...others } = inputs as Record<string, TensorInfo | undefined>;
    const everywhere = Object.values(others).some((info) => info && has(suspicious, viewOf(backend, info)));
    const [batch] = x!.shape;
    const from = viewOf(backend, x!);
    const to = viewOf(backend, output);
    const [width, size] = [from.length / batch, to.length / batch];
    for (let image = 0; image < batch; image++) {
      if (everywhere || has(suspicious, from.subarray(image * width, (image + 1) * width))) {
        to.fill(NaN, image * size, (image + 1) * size);
      }
    }
    return output;
  };
}

type Test = (value: number) => boolean;
const isNan: Test = (value) => value !== value;
const isNotFinite: Test = (value) => value - value !== 0;

function finds(test: Test, { inputs, backend }: Args): boolean {
  return Object.values(inputs as Record<string, TensorInfo | undefined>).some(
    (info) => info?.dtype === 'float32' && has(test, viewOf(backend, info)),
  );
}

function viewOf(backend: BackendWasm, info: TensorInfo): Float32Array {
  return heapViews(backend, info)[0] as Float32Array;
}

function has(test: Test, values: Float32Array): boolean {
  for (let at = 0; at < values.length; at++) if (test(values[at])) return true;
  return false;
}
