import { findBackend, setBackend } from '@tensorflow/tfjs-core';

/** Starts the backend `cpu`. */
export async function useCpu(): Promise<void> {
  await hushCpuBackend();
  await setBackend('cpu');
}

/** Keeps the cpu backend, which wasm falls back on for some kernels, from advising tfjs-node at its first use. */
export async function hushCpuBackend(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  const backend = findBackend('cpu') as { firstUse?: boolean } | null;
  if (backend) backend.firstUse = false;
}
