import type { RandomStream } from '../random/random-stream.js';

/** Which shot group a class belongs to, by its number of training examples. */
export type ShotGroup = 'many' | 'medium' | 'few';

/** Examples that can be read by index; labels are known without reading any example. */
export interface ExampleSource {
  /** Number of examples. */
  readonly size: number;
  /** The class of every example, `[size]`, in `0 .. classes - 1`. */
  readonly labels: Int32Array;
  /** Shape of one example without the batch axis, such as `[32, 32, 3]`. */
  readonly exampleShape: readonly number[];
  /**
   * Writes the examples at `indices`, normalised, one after the other into `into` (`indices.length × exampleShape`).
   * With `random` the examples are augmented, every draw coming from that stream; without it they are plain.
   *
   * Training examples are read one batch ahead, so that an evaluation within an epoch may read the validation or test
   * examples before that has ended; a source is not asked for another batch before it has given one.
   */
  read(indices: Int32Array, into: Float32Array, random?: RandomStream): void | Promise<void>;
}

/** A data set in memory or at hand: what the trainer reads from. */
export interface Dataset {
  /** Shown in reports, such as `cifar10-lt (imbalance 100)`. */
  readonly name: string;
  /** One name per class, `[classes]`. */
  readonly classNames: readonly string[];
  /** Training examples of every class, `[classes]`. */
  readonly classCounts: readonly number[];
  /** Shot group of every class, `[classes]`; default: by the thresholds of `shotGroups`. */
  readonly shotGroups?: readonly ShotGroup[];
  readonly train: ExampleSource;
  /** Held-out part of the training data for choosing anything; absent when none was split off. */
  readonly validation?: ExampleSource;
  /** Test examples, read for evaluation only. */
  readonly test: ExampleSource;
}

/** A data set that is still to be read from disk; `load` is called once, when the trainer first needs it. */
export interface DatasetDefinition {
  readonly name: string;
  load(): Promise<Dataset>;
}

/** One batch on the host, as the batch transforms see it; they may replace the arrays or write into them. */
export interface HostBatch {
  /** The sampler's tag, such as `base` or `embedded`. */
  readonly tag: string;
  /** Which training examples these are, `[batch]`. */
  readonly indices: Int32Array;
  /** `[batch, ...exampleShape]`, normalised. */
  images: Float32Array;
  /** `[batch]`. */
  labels: Int32Array;
  /** Soft targets `[batch, classes]`, rows summing to 1; absent: one-hot labels. */
  targets?: Float32Array;
}

/** Changes a training batch before the step sees it (mixup, cutout ...); runs on the host, every draw from `random`. */
export interface BatchTransform {
  readonly name: string;
  transform(batch: HostBatch, context: BatchTransformContext): void;
}

/** What a batch transform may know. */
export interface BatchTransformContext {
  /** A stream of its own for this transform, epoch and batch. */
  readonly random: RandomStream;
  readonly classes: number;
  readonly exampleShape: readonly number[];
  /** Zero-based. */
  readonly epoch: number;
}
