import { createRequire } from 'node:module';
import os from 'node:os';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { env } from '@tensorflow/tfjs-core';

const WORKER = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js';
const MODULE = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';

/**
 * Lets the wasm backend start `threads` threads in Node while `start` runs. The backend itself rules Node out, makes
 * its workers from Blob URLs, which Node's workers cannot load, and takes at most half of the processors it counts;
 * here the workers are made from the same code without Blobs, and it counts as many processors as it needs.
 */
export async function withWasmThreads(threads: number, start: () => Promise<void>): Promise<void> {
  const require = createRequire(import.meta.url);
  const { wasmWorkerContents } = require(WORKER) as { readonly wasmWorkerContents: string };
  const code = wasmWorkerContents.replaceAll('\n', '\\n'); // its one line break stands inside a string
  const script = require.resolve(MODULE);

  class WasmWorker extends Worker {
    constructor(_blobUrl: string, options: WorkerOptions = {}) {
      super(code, { ...options, eval: true });
    }

    // The module refs its threads for good, which would keep the process alive; main waits for them itself.
    override ref(): void {}

    override postMessage(message: { readonly cmd?: string }, ...rest: []): void {
      super.postMessage(message.cmd === 'load' ? { ...message, urlOrBlob: script } : message, ...rest);
    }
  }

  const processors = os.cpus();
  const { cpus } = os;
  os.cpus = () => Array.from({ length: 2 * threads }, () => processors[0]);
  const before = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  // The module assigns Node's own Worker to this name; the setter that does nothing keeps ours.
  Object.defineProperty(globalThis, 'Worker', {
    get: () => WasmWorker,
    set: () => undefined,
    configurable: true,
  });
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', true);
  try {
    await start();
  } finally {
    os.cpus = cpus;
    if (before) Object.defineProperty(globalThis, 'Worker', before);
    else delete (globalThis as { Worker?: unknown }).Worker;
  }
}
