import type { RandomStream } from '../random/random-stream.js';

/** Which shot group a class belongs to, by its number of training examples. */
export type ShotGroup = 'many' | 'medium' | 'few';

/**
 * The random stream of a zero-based row of the rows at hand, at its beginning. It is a function of (seed, epoch, batch, row
 * of the whole batch): whoever reads or steps through a part of a batch draws what the whole batch would.
 */
export type RandomOfRow = (row: number) => RandomStream;

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
   * With `randomOf` the examples are augmented, every draw for the example in a row coming from the stream of that row, so
   * that a part of a batch reads the same numbers as the whole; without it they are plain.
   *
   * Training examples are read one batch ahead, so that an evaluation within an epoch may read the validation or test
   * examples before that has ended; a source is not asked for another batch before it has given one.
   */
  read(indices: Int32Array, into: Float32Array, randomOf?: RandomOfRow): void | Promise<void>;
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

/** Changes a training batch before the step sees it (mixup, cutout ...); runs on the host, every draw from the context. */
export interface BatchTransform {
  readonly name: string;
  /**
   * Whether a row depends on that row and its stream (`randomOf`) alone, so that a part of a batch may be transformed without
   * the rest. Default false: the whole batch is read and transformed, and parts are cut from it afterwards.
   */
  readonly rowwise?: boolean;
  transform(batch: HostBatch, context: BatchTransformContext): void;
}

/** What a batch transform may know. */
export interface BatchTransformContext {
  /** A separate stream for this transform, epoch and batch: for what all rows share. */
  readonly random: RandomStream;
  /** A separate stream for this transform, epoch, batch and row: for what one row draws. */
  readonly randomOf: RandomOfRow;
  readonly classes: number;
  readonly exampleShape: readonly number[];
  /** Zero-based. */
  readonly epoch: number;
}
