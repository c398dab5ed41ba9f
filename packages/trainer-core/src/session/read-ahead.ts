import type { EpochPlan } from '../contract/sampler.js';
import type { BatchReader, BegunBatch, ReadBatch } from './batch-reader.js';

/**
 * The batches of one epoch in order. The examples of the next one are on their way while the present one is trained
 * on: a source that reads asynchronously (files, workers) overlaps with the step, one that does not costs the same as
 * ever. Numbers are those of reading one after the other, and transforms run when their batch is taken, not before.
 */
export class ReadAhead {
  readonly #reader: BatchReader;
  readonly #plan: EpochPlan;
  readonly #epoch: number;
  #next: Promise<BegunBatch> | undefined;

  constructor(reader: BatchReader, plan: EpochPlan, epoch: number) {
    this.#reader = reader;
    this.#plan = plan;
    this.#epoch = epoch;
  }

  /** The batch of a place; places are taken in order. Throws what reading or transforming this batch throws. */
  async take(place: number): Promise<ReadBatch> {
    const read = await (this.#next ?? this.#begin(place));
    const batch = await this.#reader.finish(read, this.#epoch, place);
    this.#next = place + 1 < this.#plan.length ? this.#begin(place + 1) : undefined;
    return batch;
  }

  /** Waits for a read that nobody will take, so that none is under way when a run has ended. */
  async settle(): Promise<void> {
    await this.#next?.catch(() => undefined);
    this.#next = undefined;
  }

  #begin(place: number): Promise<BegunBatch> {
    const read = (async () => this.#reader.begin(this.#plan.batch(place), this.#epoch, place))();
    read.catch(() => undefined); // thrown when the batch is taken
    return read;
  }
}
