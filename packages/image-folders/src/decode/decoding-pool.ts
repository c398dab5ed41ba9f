import { availableParallelism } from 'node:os';
import { EvenkeelError, messageOf } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import { type BatchJob, type JobProblem, workOn } from './batch-job.js';
import { DecodingThread } from './decoding-thread.js';
import { loadSharp } from './load-sharp.js';
import { BytesReader } from './read-bytes.js';
import { Turns } from './turns.js';

/** What a pool can be told. */
export interface DecodingPoolOptions {
  /** Threads; 0: decode within the thread that asks, what is no plain JPEG still by libvips in its own. Default: the processor's, at most 4. */
  readonly threads?: number;
  /** The thread's program; default: the one of this package, where it is compiled, and none where it runs from its sources. */
  readonly entry?: URL;
}

/** libuv has four threads unless UV_THREADPOOL_SIZE says otherwise; files are read in them, and libvips works there. */
const MOST_THREADS = 4;

/**
 * Threads that decode batches together, started with the first one. All take images from one cursor, so that none waits
 * while there is work, also while the main thread is busy with a step; and a thread that finds none left begins with the next batch, if
 * that is asked for already. Idle threads do not keep the process alive.
 */
export class DecodingPool {
  readonly #threads: number;
  readonly #entry: URL | undefined;
  #started: Promise<DecodingThread[]> | undefined;
  /** Without threads batches are decoded one after the other. */
  readonly #turns = new Turns();

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
    const problems = await (this.#threads === 0 ? this.#turns.take(() => decodeHere(job)) : this.#share(job));
    return problems.sort((a, b) => a.index - b.index);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    const threads = await this.#started;
    this.#started = undefined;
    await Promise.all((threads ?? []).map((thread) => thread.close()));
  }

  async #share(job: BatchJob): Promise<JobProblem[]> {
    const started = (this.#started ??= this.#start());
    try {
      const threads = await started;
      return (await Promise.all(threads.map((thread) => thread.ask(job)))).flat();
    } catch (cause) {
      // A pool that lost a thread starts again with the next batch.
      if (this.#started === started) await this.close();
      const reason = messageOf(cause);
      throw imageErrors.THREAD_FAILED({ reason }, { cause });
    }
  }

  async #start(): Promise<DecodingThread[]> {
    // The main thread keeps the library loaded: it does not bear to be unloaded with the last thread that uses it.
    await loadSharp();
    return Array.from({ length: this.#threads }, () => new DecodingThread(this.#entry as URL));
  }
}

async function decodeHere(job: BatchJob): Promise<JobProblem[]> {
  const reader = new BytesReader();
  try {
    return await workOn(job, reader);
  } finally {
    await reader.close();
  }
}
