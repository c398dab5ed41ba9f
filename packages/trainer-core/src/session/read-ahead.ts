import type { EpochPlan } from '../contract/sampler.js';
import type { BatchReader, BegunBatch, ReadBatch } from './batch-reader.js';

/**
 * The batches of one epoch in order. The examples of the next one, or of as many as the source reads at once, are on their way while the
 * present one is trained on: a source that reads asynchronously (files, workers) overlaps with the step, one that does not costs the same as
 * ever. Numbers are those of reading one after the other, and transforms run when their batch is taken, not before.
 */
export class ReadAhead {
  readonly #reader: BatchReader;
  readonly #plan: EpochPlan;
  readonly #epoch: number;
  /** Of the batches that are taken next, in order. */
  readonly #begun: Promise<BegunBatch>[] = [];

  constructor(reader: BatchReader, plan: EpochPlan, epoch: number) {
    this.#reader = reader;
    this.#plan = plan;
    this.#epoch = epoch;
  }

  /** The batch of a place; places are taken in order. Throws what reading or transforming this batch throws. */
  async take(place: number): Promise<ReadBatch> {
    this.#beginFrom(place);
    const read = await this.#begun.shift();
    const batch = await this.#reader.finish(read as BegunBatch, this.#epoch, place);
    this.#beginFrom(place + 1);
    return batch;
  }

  /** Waits for reads that nobody will take, so that none is under way when a run has ended. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#begun.splice(0));
  }

  /** Begins what may be under way from a place on, and is not. */
  #beginFrom(place: number): void {
    const end = Math.min(this.#plan.length, place + this.#reader.atOnce);
    for (let next = place + this.#begun.length; next < end; next++) this.#begun.push(this.#begin(next));
  }

  #begin(place: number): Promise<BegunBatch> {
    const read = (async () => this.#reader.begin(this.#plan.batch(place), this.#epoch, place))();
    read.catch(() => undefined); // thrown when the batch is taken
    return read;
  }
}
