import { availableParallelism } from 'node:os';
import { defineOptions, func, isEvenkeelError, show, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { useNative } from '@evenkeel/tensorflow-node';
import { errors } from '../errors.js';
import { autoOrder } from './auto-order.js';
import { BACKEND_NAMES, type BackendName } from './backend-names.js';
import { betterBackend } from './better-backend.js';
import { shortReason } from './short-reason.js';
import { useCpu } from './use-cpu.js';
import { useWasm } from './use-wasm.js';
import { useWebgpu } from './use-webgpu.js';

/** How a backend is started. */
export interface UseBackendOptions {
  /** Threads to compute on, for native and wasm (which takes 8 at most); one per processor by default. */
  readonly threads?: number;
  /** Receives the line that says what `auto` took; written to standard error by default. */
  readonly onMessage?: (line: string) => void;
}

/** The options of `useBackend`. */
export const useBackendOptions = defineOptions('useBackend', errors.OPTION_INVALID, {
  threads: whole(1).optional('one per processor'),
  onMessage: func<(line: string) => void>().optional('to standard error'),
} satisfies SpecOf<UseBackendOptions>);

/** The backend that was started. */
export interface BackendInUse {
  readonly name: BackendName;
  /** Its name in TensorFlow.js, as `tf.getBackend()` gives it. */
  readonly tfjsBackend: string;
  /** For people, such as `TensorFlow 2.21.0, 2 threads`. */
  readonly description: string;
  /** Threads it computes on; 1 where that has no meaning. */
  readonly threads: number;
}

/**
 * Starts a TensorFlow.js backend and makes it the current one. `auto`, the default, takes the first that works of
 * native-gpu, native, webgpu (on a GPU, not on a software driver), wasm and cpu, or the fastest of those that `bench` measured on this
 * machine, and says in one line what it took and how to get a better one.
 * Throws `RUNTIME_BACKEND_UNKNOWN`, `RUNTIME_OPTION_INVALID`, `RUNTIME_PACKAGE_MISSING`, `RUNTIME_BACKEND_FAILED`; `RUNTIME_NONE_WORKS`
 * for `auto`; `TENSORFLOW_PACKAGE_MISSING`, `TENSORFLOW_NATIVE_NOT_SET_UP`, `TENSORFLOW_BUILD_DAMAGED`, `TENSORFLOW_CACHE_UNREADABLE`,
 * `TENSORFLOW_TWO_CORES` for native and native-gpu.
 */
export async function useBackend(
  name: BackendName | 'auto' = 'auto',
  options: UseBackendOptions = {},
): Promise<BackendInUse> {
  const { threads = availableParallelism(), onMessage = toStandardError } = useBackendOptions.read(options);
  if (name !== 'auto') {
    if (BACKEND_NAMES.includes(name)) return startBackend(name, threads, true);
    throw errors.BACKEND_UNKNOWN({ received: show(name), known: ['auto', ...BACKEND_NAMES] });
  }
  const failures: string[] = [];
  for (const candidate of autoOrder()) {
    try {
      const started = await startBackend(candidate, threads, false);
      // A hint that cannot be given is no reason to do without the backend that works.
      const better = await betterBackend(candidate).catch(() => []);
      onMessage(
        [`evenkeel: backend ${candidate} (${started.description}).`, ...failures, ...better].join(' '),
      );
      return started;
    } catch (error) {
      if (!isNotInstalled(error)) failures.push(`Not ${candidate}: ${shortReason(error)}.`);
    }
  }
  throw errors.NONE_WORKS({ tried: BACKEND_NAMES });
}

const NOT_INSTALLED = [
  'RUNTIME_PACKAGE_MISSING',
  'TENSORFLOW_PACKAGE_MISSING',
  'TENSORFLOW_NATIVE_NOT_SET_UP',
];

/** Backends that nobody installed are no failures. */
function isNotInstalled(error: unknown): boolean {
  return NOT_INSTALLED.some((code) => isEvenkeelError(error, code));
}

/**
 * Starts a backend as `auto` does, or as one that was asked for `byName` (a software driver for webgpu will do then).
 * Throws as {@link useBackend}.
 */
export async function startBackend(
  name: BackendName,
  threads: number,
  byName: boolean,
): Promise<BackendInUse> {
  try {
    return await starters[name](threads, byName);
  } catch (error) {
    if (isEvenkeelError(error)) throw error;
    const reason = error instanceof Error ? error.message : show(error);
    throw errors.BACKEND_FAILED({ backend: name, reason }, { cause: error });
  }
}

type Starter = (threads: number, byName: boolean) => Promise<BackendInUse>;

const starters: Readonly<Record<BackendName, Starter>> = {
  'native-gpu': (threads) => startNative('native-gpu', threads),
  native: (threads) => startNative('native', threads),
  webgpu: async (_threads, byName) => {
    const adapter = await useWebgpu(byName);
    return { name: 'webgpu', tfjsBackend: 'webgpu', description: `Dawn on ${adapter}`, threads: 1 };
  },
  wasm: async (wanted) => {
    const threads = await useWasm(wanted);
    return { name: 'wasm', tfjsBackend: 'wasm', description: `SIMD, ${countThreads(threads)}`, threads };
  },
  cpu: async () => {
    await useCpu();
    return { name: 'cpu', tfjsBackend: 'cpu', description: 'plain JavaScript, for tests only', threads: 1 };
  },
};

async function startNative(name: 'native' | 'native-gpu', threads: number): Promise<BackendInUse> {
  const { tensorflowVersion } = await useNative(name, threads);
  const description = `TensorFlow ${tensorflowVersion}, ${countThreads(threads)}`;
  return { name, tfjsBackend: 'tensorflow', description, threads };
}

function countThreads(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}

function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
