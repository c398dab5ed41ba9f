import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { setBackend } from '@tensorflow/tfjs-core';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { hushCpuBackend } from '../wasm/hush-cpu-backend.js';
import { MOST_WASM_THREADS } from '../wasm/most-wasm-threads.js';
import { registerWasmTrainingKernels } from '../wasm/register-wasm-training-kernels.js';
import { withWasmThreads } from './wasm-threads.js';

const BINARY = '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm';

/**
 * Starts the backend `wasm` with SIMD and `threads` threads, its training kernels included. A backend that the program
 * started by itself keeps its threads. Returns the number of threads.
 */
export async function useWasm(threads: number): Promise<number> {
  const files = dirname(createRequire(import.meta.url).resolve(BINARY));
  const count = Math.min(threads, MOST_WASM_THREADS);
  registerWasmTrainingKernels();
  hushCpuBackend();
  setWasmPaths(files + sep);
  setThreadsCount(count);
  const start = async (): Promise<void> => {
    if (!(await setBackend('wasm'))) throw new Error('tfjs could not initialise it');
  };
  await (count > 1 ? withWasmThreads(count, start) : start());
  return getThreadsCount();
}
