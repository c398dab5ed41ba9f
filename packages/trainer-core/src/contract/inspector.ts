import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { ClassDataset, Dataset } from './dataset.js';
import type { Position } from './events.js';
import type { VariableInfo } from './layers.js';
import type { ClassMetricContext, MetricContext, MetricValues } from './metric.js';
import type { Sampler } from './sampler.js';

/** What the network gives on its way from inputs to logits. */
export interface NetworkStages {
  /** Features as the backbone gives them, `[batch, d]`. */
  readonly raw: Tensor2D;
  /** Features as the classifier sees them, after FEATURE_TRANSFORMS, `[batch, features]`. */
  readonly features: Tensor2D;
  /** `[batch, outputs]`, without post-hoc transforms. */
  readonly logits: Tensor2D;
  /** Logits of each expert, `[batch, outputs]` each, where the classifier has several. */
  readonly experts?: readonly Tensor2D[];
}

/** A built network and its data, outside of a training step. */
export interface NetworkView extends MetricContext {
  readonly dataset: Dataset;
  readonly seed: number;
  /** Every variable with its name. */
  readonly variables: readonly VariableInfo[];
  /**
   * Inputs `[batch, ...exampleShape]` through the network in evaluation mode, with the trained weights: nothing is
   * updated, nothing is drawn. The tensors are the caller's to dispose; call it in `tf.tidy`.
   */
  forward(inputs: Tensor): NetworkStages;
}

/** The same in classification: what plugins that declare `task: 'classification'` get. */
export interface ClassNetworkView extends NetworkView, ClassMetricContext {
  readonly dataset: ClassDataset;
}

/** What an inspector sees of a run at the end of an epoch; for reading only. */
export interface Inspection extends NetworkView {
  /** Of the epoch that ended. */
  readonly position: Position;
  readonly sampler: Sampler;
}

/** The same in classification. */
export interface ClassInspection extends Inspection, ClassMetricContext {
  readonly dataset: ClassDataset;
}

/** The network as `predict` runs it: in evaluation mode, with evaluation weights; for reading only. */
export interface PredictingNetwork extends MetricContext {
  readonly dataset: Dataset;
  /** Inputs `[batch, ...exampleShape]` to features `[batch, d]`, as BACKBONE gives them. */
  features(inputs: Tensor): Tensor2D;
  /** Those features to logits `[batch, outputs]`: FEATURE_TRANSFORMS, CLASSIFIER and POSTHOC_TRANSFORMS. */
  logits(features: Tensor2D): Tensor2D;
}

/** Looks at the network between epochs, and takes its time: the loop waits. It must change nothing. */
export interface Inspector {
  readonly name: string;
  /** Whether to look after this zero-based epoch; `last` for the last one of the run. */
  isDue(epoch: number, last: boolean): boolean;
  /** What it found, by name; observers get it in an `inspection-end` event. */
  inspect(view: Inspection): Promise<MetricValues>;
}
