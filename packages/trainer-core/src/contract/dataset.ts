import type { Configured } from './configured.js';
import type { RandomStream } from '../random/random-stream.js';

/** Which shot group a class belongs to, by its number of training examples. */
export type ShotGroup = 'many' | 'medium' | 'few';

/**
 * The random stream of a zero-based row of the rows at hand, at its beginning. It is a function of (seed, epoch, batch, row
 * of the whole batch): whoever reads or steps through a part of a batch draws what the whole batch would.
 */
export type RandomOfRow = (row: number) => RandomStream;

/** Examples that can be read by index; what is to be learned of them is known without reading any. */
export interface ExampleSource {
  /** Number of examples, 1 or more. */
  readonly size: number;
  /** Shape of one example without the batch axis, such as `[32, 32, 3]`. */
  readonly exampleShape: readonly number[];
  /** Batches of an epoch that may be asked for before the first of them is there; so many lie in memory. Default 1. */
  readonly readsAtOnce?: number;
  /**
   * Writes the examples at `indices`, normalised, one after the other into `into` (`indices.length × exampleShape`).
   * With `randomOf` the examples are augmented, every draw for the example in a row coming from the stream of that row, so
   * that a part of a batch reads the same numbers as the whole; without it they are plain.
   *
   * Training examples are read one batch ahead, so that an evaluation within an epoch may read the validation or test
   * examples before that has ended; a source is not asked for another batch before it has given one, unless `readsAtOnce` says so.
   */
  read(indices: Int32Array, into: Float32Array, randomOf?: RandomOfRow): void | Promise<void>;
}

/** Examples of a classification, each of one class. */
export interface LabelledSource extends ExampleSource {
  /** The class of every example, `[size]`, in `0 .. classes - 1`. */
  readonly labels: Int32Array;
}

/** Examples with numbers to be learned: values of a regression, or the labels of a multi-label task as 0 and 1. */
export interface TargetSource extends ExampleSource {
  /** `[size, targetNames.length]`, row by row. */
  readonly targets: Float32Array;
}

/** How the pixels or values that `read` gives were made from those in the files: (value − mean) / std, channel by channel. */
export interface Normalisation {
  /** `[channels]`, of pixels scaled to 0 .. 1. */
  readonly mean: readonly number[];
  /** `[channels]`, each above 0. */
  readonly std: readonly number[];
}

/** A data set in memory or at hand: what the trainer reads from. */
export interface Dataset<Source extends ExampleSource = ExampleSource> {
  /** Shown in reports, such as `cifar10-lt (imbalance 100)`. */
  readonly name: string;
  readonly train: Source;
  /** Held-out part of the training data for choosing anything; absent when none was split off. */
  readonly validation?: Source;
  /** Test examples, read for evaluation only. */
  readonly test: Source;
  /** What an exported model has to do to its inputs; absent when `read` gives values as they are. */
  readonly normalisation?: Normalisation;
}

/** A data set of one class per example. */
export interface ClassDataset extends Dataset<LabelledSource> {
  /** One name per class, `[classes]`. */
  readonly classNames: readonly string[];
  /** Training examples of every class, `[classes]`. */
  readonly classCounts: readonly number[];
  /** Shot group of every class, `[classes]`; default: by the thresholds of `shotGroups`. */
  readonly shotGroups?: readonly ShotGroup[];
}

/** A data set of numbers to be learned: what `regression` and `multiLabel` train on. */
export interface TargetDataset extends Dataset<TargetSource> {
  /** One name per column of the targets. */
  readonly targetNames: readonly string[];
}

/** A data set that is still to be read from disk; `load` is called once, when the trainer first needs it. */
export interface DatasetDefinition<Data extends Dataset = Dataset> {
  readonly name: string;
  load(): Promise<Data>;
}

/** One batch on the host, as the batch transforms see it; they may replace the arrays or write into them. */
export interface HostBatch {
  /** The sampler's tag, such as `base` or `embedded`. */
  readonly tag: string;
  /** Which training examples these are, `[batch]`. */
  readonly indices: Int32Array;
  /** `[batch, ...exampleShape]`, normalised. */
  inputs: Float32Array;
  /** What the task makes the network learn, `[batch, width]`: one-hot or soft rows summing to 1 in classification. */
  targets: Float32Array;
}

/** A batch of a classification. */
export interface ClassBatch extends HostBatch {
  /** `[batch]`; `targets` are their one-hot rows, until a transform makes soft ones. */
  readonly labels: Int32Array;
}

/** Changes a training batch before the step sees it (mixup, cutout ...); runs on the host, every draw from the context. */
export interface BatchTransform extends Configured {
  readonly name: string;
  /**
   * Whether a row depends on that row and its stream (`randomOf`) alone, so that a part of a batch may be transformed without
   * the rest. Default false: the whole batch is read and transformed, and parts are cut from it afterwards.
   */
  readonly rowwise?: boolean;
  /** Awaited, before the step of the batch. */
  transform(batch: HostBatch, context: BatchTransformContext): void | Promise<void>;
}

/** What a batch transform may know. */
export interface BatchTransformContext {
  /** A separate stream for this transform, epoch and batch: for what all rows share. */
  readonly random: RandomStream;
  /** A separate stream for this transform, epoch, batch and row: for what one row draws. */
  readonly randomOf: RandomOfRow;
  readonly exampleShape: readonly number[];
  /** Numbers per row of the targets: the classes, in classification. */
  readonly targetWidth: number;
  /** How the inputs were normalised, where the data set says so. */
  readonly normalisation: Normalisation | undefined;
  /** Zero-based. */
  readonly epoch: number;
}

/** What a batch transform may know in classification. */
export interface ClassBatchContext extends BatchTransformContext {
  readonly classes: number;
  /** Training examples per class, `[classes]`. */
  readonly classCounts: readonly number[];
}
