import { Worker } from 'node:worker_threads';
import type { BatchJob, JobProblem } from './batch-job.js';

/** What a thread is sent. */
export interface Question {
  readonly id: number;
  readonly job: BatchJob;
}

/** What it sends back. */
export interface Answer {
  readonly id: number;
  readonly problems: JobProblem[];
}

interface Waiting {
  readonly resolve: (problems: JobProblem[]) => void;
  readonly reject: (reason: Error) => void;
}

/** A thread that decodes; it keeps the process alive only as long as an answer is due. */
export class DecodingThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  /** `entry`: the thread's program. */
  constructor(entry: URL) {
    this.#worker = new Worker(entry, { name: 'evenkeel images' });
    this.#worker.unref();
    this.#worker.on('message', ({ id, problems }: Answer) => {
      this.#waiting.get(id)?.resolve(problems);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#worker.unref();
    });
    this.#worker.on('error', (error: unknown) => this.#end(error as Error));
    this.#worker.on('exit', (code) => this.#end(new Error(`exit code ${code}`)));
  }

  /** Sends a job, which begins when those before it have ended, and waits for the answer. Throws when the thread ends before. */
  ask(job: BatchJob): Promise<JobProblem[]> {
    return new Promise((resolve, reject) => {
      const question: Question = { id: this.#asked++, job };
      this.#waiting.set(question.id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(question);
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(reason: Error): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    this.#worker.unref();
  }
}
