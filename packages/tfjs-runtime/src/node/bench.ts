import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { show } from '@evenkeel/errors';
import { writeBenchRecord } from './bench-record.js';
import type { BackendSpeed } from './bench-record.js';
import { BACKEND_NAMES, type BackendName } from './backend-names.js';

/** How backends are measured. */
export interface BenchOptions {
  /** Seconds for each; 10 by default. */
  readonly seconds?: number;
  /** Those to measure; all by default. */
  readonly names?: readonly BackendName[];
  /** Hears which one is measured next. */
  readonly onBackend?: (name: BackendName) => void;
}

/** What came of one backend: its speed, or why it has none. */
export type BenchResult =
  BackendSpeed | { readonly name: BackendName; readonly imagesPerSecond: undefined; readonly reason: string };

const run = promisify(execFile);

/**
 * Measures every backend that starts here, each in a separate process, and keeps the figures in the cache folder, where `auto`
 * finds them. The fastest first.
 */
export async function bench({ seconds = 10, names = BACKEND_NAMES, onBackend }: BenchOptions = {}): Promise<
  readonly BenchResult[]
> {
  const results: BenchResult[] = [];
  for (const name of names) {
    onBackend?.(name);
    results.push(await benchAside(name, seconds));
  }
  const speeds = results.filter((result): result is BackendSpeed => result.imagesPerSecond !== undefined);
  if (speeds.length > 0) writeBenchRecord(speeds);
  return results.sort((a, b) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0));
}

async function benchAside(name: BackendName, seconds: number): Promise<BenchResult> {
  const settings = JSON.stringify([name, { threads: availableParallelism(), seconds }]);
  const module = new URL('./bench-backend.js', import.meta.url).href;
  const script = `
    const [module, settings] = process.argv.slice(1);
    const { benchBackend } = await import(module);
    try {
      console.log(JSON.stringify(await benchBackend(...JSON.parse(settings))));
    } catch (error) {
      console.log(JSON.stringify({ reason: String(error?.message ?? error).split('\\n')[0] }));
    }
    process.exit();`;
  try {
    const args = ['--input-type=module', '--eval', script, module, settings];
    const { stdout } = await run(process.execPath, args, {
      timeout: (seconds + 120) * 1000,
      maxBuffer: 1 << 24,
    });
    const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Partial<BackendSpeed> & {
      reason?: string;
    };
    const { imagesPerSecond, steps = 0, reason = '' } = answer;
    return imagesPerSecond === undefined
      ? { name, imagesPerSecond, reason }
      : { name, imagesPerSecond, steps };
  } catch (error) {
    const reason = String(error instanceof Error ? error.message : show(error)).split('\n')[0];
    return { name, imagesPerSecond: undefined, reason };
  }
}
