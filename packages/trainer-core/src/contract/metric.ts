import type { ShotGroup } from './dataset.js';

/** What a metric may know of the data. */
export interface MetricContext {
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
export interface MetricAccumulator {
  /** Adds `labels.length` rows of logits, `[rows, classes]` row by row. */
  add(logits: Float32Array, labels: Int32Array): void;
  result(): MetricValues;
}

/** A measure of an evaluation, fed batch by batch. */
export interface Metric {
  readonly name: string;
  start(context: MetricContext): MetricAccumulator;
}
