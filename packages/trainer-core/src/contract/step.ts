import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { LayerContext, NetworkPart, VariableInfo, VariableScope } from './layers.js';

/** What logit transforms, the loss and gradient transforms of a training step see. */
export interface StepContext extends LayerContext {
  /** Classes of the batch, `[batch]`, int32. */
  readonly labels: Tensor1D;
  /** One-hot or soft targets, `[batch, classes]`, float32. */
  readonly targets: Tensor2D;
  /** The class distribution that the sampler draws this batch from, `[classes]`, float32, summing to 1. */
  readonly classPrior: Tensor1D;
  /** The class distribution of the training set, `[classes]`, float32, summing to 1. */
  readonly datasetPrior: Tensor1D;
  /** Training examples of every class, `[classes]`, float32. */
  readonly classCounts: Tensor1D;
  /** The zero-based epoch, float32: what changes with it is computed from this scalar, so that no step freezes it. */
  readonly epoch: Scalar;
  /** Epochs of the whole run, float32. */
  readonly epochs: Scalar;
  /** The number of steps before this one, over the whole run, float32. */
  readonly step: Scalar;
}

/** Changes logits `[batch, classes]` in training, before the loss (logit adjustment, margins). */
export interface LogitTransform {
  readonly name: string;
  transform(logits: Tensor2D, context: StepContext): Tensor2D;
}

/** Changes logits `[batch, classes]` in evaluation and prediction (post-hoc adjustment). */
export interface PosthocTransform {
  readonly name: string;
  transform(logits: Tensor2D, context: { readonly datasetPrior: Tensor1D }): Tensor2D;
}

/** The loss of a batch: logits `[batch, classes]` in, a scalar out. */
export interface Loss {
  readonly name: string;
  loss(logits: Tensor2D, context: StepContext): Scalar;
}

/** A term added to the loss that depends on weights only. */
export interface Penalty {
  readonly name: string;
  penalty(weights: readonly VariableInfo[], context: LayerContext): Scalar;
}

/** Gradients by weight. */
export type Gradients = ReadonlyMap<VariableInfo, Tensor>;

/** Changes the gradients before the optimizer sees them (clipping, noise). */
export interface GradientTransform {
  readonly name: string;
  /** Pure; what is random comes from `context.uniform`, what changes over the run from `context.epoch` or `step`. */
  transform(gradients: Gradients, context: StepContext): Gradients;
}

/** What an optimizer may use while it computes. */
export interface OptimizerContext {
  /** Learning rate of this step, a scalar input. */
  readonly learningRate: Scalar;
  /** Asks for `variable` to hold `value` after the step. */
  update(variable: Variable, value: Tensor): void;
  /** The value that `variable` will hold after the step: the last one asked for, or the present one. */
  next(variable: Variable): Tensor;
}

/** A built optimizer; it keeps its slots (momenta ...) in the scope it was built in. */
export interface Optimizer {
  /** Pure: asks for the new weights and slots through `context.update`. Weights without a gradient stay as they are. */
  apply(gradients: Gradients, context: OptimizerContext): void;
}

/** How weights move; built once the weights are known. */
export interface OptimizerDefinition {
  readonly name: string;
  build(scope: VariableScope, weights: readonly VariableInfo[]): Optimizer;
}

/** Says which variables a batch may change; all rules must agree. */
export interface TrainableRule {
  readonly name: string;
  /** Pure in its arguments, since the answer is built into the step of each tag. */
  trains(variable: VariableInfo, tag: string): boolean;
  /**
   * Whether a part of the network computes as in evaluation for batches of a tag: with running statistics, without dropout.
   * One rule that says so is enough. Default: never.
   */
  freezes?(part: NetworkPart, tag: string): boolean;
}

/** Which values the variables take while evaluating (averaged weights ...). */
export interface EvaluationWeights {
  readonly name: string;
  /** The variables to evaluate with instead of the trained ones; absent ones are taken as they are. */
  substitutes(): ReadonlyMap<Variable, Variable>;
}

/** Where a run stands when a learning rate is asked for. */
export interface SchedulePosition {
  /** Zero-based epoch. */
  readonly epoch: number;
  /** Zero-based step within the epoch. */
  readonly batch: number;
  readonly batchesPerEpoch: number;
  /** Epochs of the whole run. */
  readonly epochs: number;
}

/** The learning rate as a pure function of the position. */
export interface Schedule {
  readonly name: string;
  learningRate(position: SchedulePosition): number;
}
