import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { KernelFunc } from '@tensorflow/tfjs-core';
import { allFiniteOnWebgpu } from './all-finite.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { descendOnWebgpu } from './descend.js';

/** Kernels that take the place of the shipped ones, which they receive for the cases they leave to them. */
const replaced: Record<string, (shipped: KernelFunc) => KernelFunc> = {
  Conv2DBackpropFilter: conv2dBackpropFilter,
};

/** Kernels that the core uses where a backend has them. */
const added: Record<string, KernelFunc> = {
  EvenkeelDescend: descendOnWebgpu,
  EvenkeelFinite: allFiniteOnWebgpu,
};

let registered = false;

/** Registers the training kernels for the backend `webgpu`, whose package is loaded; calling it again does nothing. */
export function registerWebgpuTrainingKernels(): void {
  if (registered) return;
  registered = true;
  for (const [kernelName, make] of Object.entries(replaced)) {
    const shipped = getKernel(kernelName, 'webgpu');
    unregisterKernel(kernelName, 'webgpu');
    registerKernel({ ...shipped, kernelFunc: make(shipped.kernelFunc) });
  }
  for (const [kernelName, kernelFunc] of Object.entries(added)) {
    registerKernel({ kernelName, backendName: 'webgpu', kernelFunc });
  }
}
