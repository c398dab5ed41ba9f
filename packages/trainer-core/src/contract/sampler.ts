import type { Configured } from './configured.js';
/** One batch of a plan. */
export interface BatchPlan {
  /** What kind of batch this is: `base`, or the tag of a plugin such as `embedded`. */
  readonly tag: string;
  /** Indices into the training examples, `[batch]`. */
  readonly indices: Int32Array;
}

/** The batches of one epoch; reading one never changes another. */
export interface EpochPlan {
  /** Number of batches. */
  readonly length: number;
  /** The batch at a zero-based place; throws a RangeError outside `0 .. length - 1`. */
  batch(index: number): BatchPlan;
}

/**
 * Decides which examples form which batch: one plan per epoch, made again when a run resumes within that epoch. A sampler that
 * learns from the run persists what it has learned, by the epoch from which it counts.
 */
export interface Sampler {
  readonly name: string;
  /** Every tag that its plans use. */
  readonly tags: readonly string[];
  /** Batches of an epoch (zero-based), without making the plan. */
  batchesIn(epoch: number): number;
  /**
   * The batches of an epoch: a pure function of seed, epoch and what the sampler's plugin had persisted when the epoch began.
   * Whatever happens within an epoch changes neither its plan nor those before it.
   */
  plan(seed: number, epoch: number): EpochPlan;
  /** The class distribution that batches of this tag are drawn from in this epoch, `[classes]`, summing to 1; asked for in classification only. */
  classPrior(tag: string, epoch: number): Float64Array;
}

/** What a sampler is built from. */
export interface SamplerContext {
  /** Class of every training example, `[size]`; all 0 where the task has no classes. */
  readonly labels: Int32Array;
  /** Examples per class, `[classes]`; `[size]` where the task has no classes. */
  readonly classCounts: readonly number[];
  /** Examples per batch. */
  readonly batchSize: number;
  /** Epochs of the whole run. */
  readonly epochs: number;
}

/** A sampler to be built once data, batch size and number of epochs are known. */
export interface SamplerDefinition extends Configured {
  readonly name: string;
  /** The task whose data it needs, such as `classification`; default: any. */
  readonly task?: string;
  build(context: SamplerContext): Sampler;
}
