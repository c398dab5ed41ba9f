import { findBackend } from '@tensorflow/tfjs-core';

/** Keeps the cpu backend, once it is loaded, from advising tfjs-node at its first use; wasm falls back on it for some kernels. */
export function hushCpuBackend(): void {
  const backend = findBackend('cpu') as { firstUse?: boolean } | null;
  if (backend) backend.firstUse = false;
}
