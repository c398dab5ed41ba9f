import { benchStep } from './bench-step.js';
import type { BackendName } from './backend-names.js';
import type { BackendSpeed } from './bench-record.js';
import { startBackend } from './use-backend.js';
import '../ops/register-gradients.js';

/** How long a backend is measured. */
export interface BenchBackendOptions {
  /** Threads; one per processor by default. */
  readonly threads: number;
  /** Seconds to measure for, after two steps to warm up. */
  readonly seconds: number;
}

/**
 * Starts a backend as `auto` would and trains a small network for so many seconds, each step awaited; at least once.
 * Throws as `useBackend`.
 */
export async function benchBackend(
  name: BackendName,
  { threads, seconds }: BenchBackendOptions,
): Promise<BackendSpeed> {
  await startBackend(name, threads, false);
  const step = benchStep();
  const once = async (): Promise<number> => {
    const start = performance.now();
    const loss = step.run();
    await loss.data();
    loss.dispose();
    return (performance.now() - start) / 1000;
  };
  try {
    for (let at = 0; at < 2; at++) await once();
    const times: number[] = [];
    const end = performance.now() + seconds * 1000;
    do times.push(await once());
    while (performance.now() < end);
    const median = times.sort((a, b) => a - b)[times.length >> 1];
    return { name, imagesPerSecond: step.images / median, steps: times.length };
  } finally {
    step.dispose();
  }
}
