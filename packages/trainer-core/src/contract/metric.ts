import type { ShotGroup } from './dataset.js';

/** What a metric may know of the data. */
export interface MetricContext {
  /** Columns of the network's output. */
  readonly outputs: number;
}

/** What a metric of a classification may know of the data. */
export interface ClassMetricContext extends MetricContext {
  /** The same as `outputs`. */
  readonly classes: number;
  readonly classNames: readonly string[];
  /** Training examples per class, `[classes]`. */
  readonly classCounts: readonly number[];
  /** Shot group per class, `[classes]`. */
  readonly shotGroups: readonly ShotGroup[];
}

/** Values by name; `null` where a value is not defined, such as few-shot accuracy without few-shot classes. */
export type MetricValues = Readonly<Record<string, number | null | readonly (number | null)[]>>;

/** Collects one evaluation. */
export interface MetricAccumulator<Values extends MetricValues = MetricValues> {
  /**
   * Adds rows of outputs, `[rows, outputs]` row by row (logits, in classification), and what is true of them: `labels`
   * `[rows]` of a classification, else target values `[rows, outputs]`.
   */
  add(outputs: Float32Array, truth: Int32Array | Float32Array): void;
  result(): Values;
}

/** A measure of an evaluation, fed batch by batch. */
export interface Metric<Values extends MetricValues = MetricValues> {
  readonly name: string;
  /** The task whose truth it reads, such as `classification`; default: any. */
  readonly task?: string;
  start(context: MetricContext): MetricAccumulator<Values>;
}
