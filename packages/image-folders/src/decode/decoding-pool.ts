import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EvenkeelError } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import { type BatchJob, type JobProblem, workOn } from './batch-job.js';
import { loadSharp } from './load-sharp.js';

/** What a pool can be told. */
export interface DecodingPoolOptions {
  /** Threads; 0: decode within the thread that asks, libvips still being in its own. Default: the processor's, at most 4. */
  readonly threads?: number;
  /** The thread's program; default: the one of this package, where it is compiled, and none where it runs from its sources. */
  readonly entry?: URL;
}

/** libuv has four threads unless UV_THREADPOOL_SIZE says otherwise, and libvips works in them. */
const MOST_THREADS = 4;

/**
 * Threads that decode batches together, started with the first one. All take images from one cursor, so that none waits
 * while there is work, also while the main thread is busy with a step. Idle threads do not keep the process alive.
 */
export class DecodingPool {
  readonly #threads: number;
  readonly #entry: URL | undefined;
  #workers: Promise<Worker[]> | undefined;
  /** Batches are decoded one after the other: two at once would only share the same threads, and take twice the memory. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ threads, entry }: DecodingPoolOptions = {}) {
    const own = new URL('./worker.js', import.meta.url);
    const compiled = !import.meta.url.endsWith('.ts');
    this.#entry = entry ?? (compiled ? own : undefined);
    this.#threads = this.#entry ? (threads ?? Math.min(MOST_THREADS, availableParallelism())) : 0;
  }

  /** Decodes a batch into its `output`. Throws what the first bad image throws, or `IMAGES_THREAD_FAILED`. */
  async decode(job: BatchJob): Promise<void> {
    const [first] = await this.problemsOf(job);
    if (first) throw new EvenkeelError(first.code, first.text, { details: first.details });
  }

  /** Decodes a batch and tells what was wrong, by rising index. Throws `IMAGES_THREAD_FAILED`. */
  async problemsOf(job: BatchJob): Promise<JobProblem[]> {
    const mine = this.#last.then(() => (this.#threads === 0 ? workOn(job) : this.#share(job)));
    this.#last = mine.catch(() => undefined);
    return (await mine).sort((a, b) => a.index - b.index);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    const workers = await this.#workers;
    this.#workers = undefined;
    await Promise.all((workers ?? []).map((worker) => worker.terminate()));
  }

  async #share(job: BatchJob): Promise<JobProblem[]> {
    this.#workers ??= this.#start();
    const workers = await this.#workers;
    try {
      return (await Promise.all(workers.map((worker) => ask(worker, job)))).flat();
    } catch (cause) {
      // A pool that lost a thread starts again with the next batch.
      await this.close();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw imageErrors.THREAD_FAILED({ reason }, { cause });
    }
  }

  async #start(): Promise<Worker[]> {
    // The main thread keeps the library loaded: it does not bear to be unloaded with the last thread that uses it.
    await loadSharp();
    return Array.from({ length: this.#threads }, () => {
      const worker = new Worker(this.#entry as URL, { name: 'evenkeel images' });
      worker.unref();
      return worker;
    });
  }
}

/** Sends a job and waits for the answer, the process being kept alive for so long. */
function ask(worker: Worker, job: BatchJob): Promise<JobProblem[]> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number): void => settle(() => reject(new Error(`exit code ${code}`)));
    const onError = (error: unknown): void => settle(() => reject(error as Error));
    const onMessage = (problems: JobProblem[]): void => settle(() => resolve(problems));
    const settle = (result: () => void): void => {
      worker.off('exit', onExit).off('error', onError).off('message', onMessage);
      worker.unref();
      result();
    };
    worker.once('exit', onExit).once('error', onError).once('message', onMessage);
    worker.ref();
    worker.postMessage(job);
  });
}
