import { setBackend } from '@tensorflow/tfjs-core';
import { hushCpuBackend } from '../wasm/hush-cpu-backend.js';

/** Starts the backend `cpu`. */
export async function useCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  hushCpuBackend();
  await setBackend('cpu');
}
