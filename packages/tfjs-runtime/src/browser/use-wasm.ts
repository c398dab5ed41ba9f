import { env, setBackend } from '@tensorflow/tfjs-core';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { defineOptions, object, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { errors } from '../errors.js';
import { hushCpuBackend } from '../wasm/hush-cpu-backend.js';
import { MOST_WASM_THREADS } from '../wasm/most-wasm-threads.js';
import { registerWasmTrainingKernels } from '../wasm/register-wasm-training-kernels.js';
import { absolute, processorCount, withWasmThreads } from './wasm-threads.js';

const SCRIPT = 'tfjs-backend-wasm-threaded-simd.js';

const FILE_NAMES = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
  SCRIPT,
] as const;

/** The URLs of four files of `@tensorflow/tfjs-backend-wasm/wasm-out`, by name. */
export type WasmFiles = Readonly<Record<(typeof FILE_NAMES)[number], string>>;

/** How the backend is started. */
export interface UseWasmOptions {
  readonly files: WasmFiles;
  /** Threads to compute on, 1 or more, of which 8 at most are taken. Default: one per processor. */
  readonly threads?: number;
}

const url = text('a URL');
const urls = {
  [FILE_NAMES[0]]: url,
  [FILE_NAMES[1]]: url,
  [FILE_NAMES[2]]: url,
  [FILE_NAMES[3]]: url,
} satisfies SpecOf<WasmFiles>;

/** The options of `useWasm`. */
export const useWasmOptions = defineOptions('useWasm', errors.OPTION_INVALID, {
  files: object(urls),
  threads: whole(1).optional('one per processor'),
} satisfies SpecOf<UseWasmOptions>);

/** The backend that was started. */
export interface WasmInUse {
  /** 1 where the page is not cross-origin isolated, since it may not share memory then. */
  readonly threads: number;
  readonly simd: boolean;
}

/**
 * Starts the backend `wasm` in a page or, better, in a worker, which may wait for its threads; its training kernels
 * included. Threads need a page that is served with `Cross-Origin-Opener-Policy: same-origin` and
 * `Cross-Origin-Embedder-Policy: require-corp`.
 * Throws `RUNTIME_OPTION_INVALID`, `RUNTIME_WASM_FAILED`.
 */
export async function useWasm(options: UseWasmOptions): Promise<WasmInUse> {
  const { files, threads = processorCount() } = useWasmOptions.read(options);
  registerWasmTrainingKernels();
  hushCpuBackend();
  const count = Math.min(threads, MOST_WASM_THREADS);
  setWasmPaths({ ...files });
  setThreadsCount(count);
  if (!(await withWasmThreads(count, absolute(files[SCRIPT]), () => setBackend('wasm')))) {
    throw errors.WASM_FAILED({ files: Object.values(files) });
  }
  return { threads: getThreadsCount(), simd: env().getBool('WASM_HAS_SIMD_SUPPORT') };
}
