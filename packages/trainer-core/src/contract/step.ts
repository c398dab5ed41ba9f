import type { Configured } from './configured.js';
import type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { NetworkStages } from './inspector.js';
import type { BatchRanks, LayerContext, NetworkPart, VariableInfo, VariableScope } from './layers.js';

/** What logit transforms, losses and gradient transforms of a training step see. */
export interface StepContext extends LayerContext {
  /** What the rows are to give, `[batch, width]`, float32: one-hot or soft rows in classification. */
  readonly targets: Tensor2D;
  /** Which training examples the rows are, `[batch]`, int32. */
  readonly indices: Tensor1D;
  /** The zero-based epoch, float32: what changes with it is computed from this scalar, so that no step freezes it. */
  readonly epoch: Scalar;
  /** Epochs of the whole run, float32. */
  readonly epochs: Scalar;
  /** The number of steps before this one, over the whole run, float32. */
  readonly step: Scalar;
}

/** The same in classification. */
export interface ClassificationContext extends StepContext {
  /** Classes of the batch, `[batch]`, int32. */
  readonly labels: Tensor1D;
  /** The class distribution that the sampler draws this batch from, `[classes]`, float32, summing to 1. */
  readonly classPrior: Tensor1D;
  /** The class distribution of the training set, `[classes]`, float32, summing to 1. */
  readonly datasetPrior: Tensor1D;
  /** Training examples of every class, `[classes]`, float32. */
  readonly classCounts: Tensor1D;
}

/** Changes logits `[batch, outputs]` in training, before the loss (logit adjustment, margins). */
export interface LogitTransform extends Configured {
  readonly name: string;
  /** The task whose context it reads, such as `classification`; default: any. */
  readonly task?: string;
  transform(logits: Tensor2D, context: StepContext): Tensor2D;
}

/** What post-hoc transforms see: tensors that the task gives, by name. */
export type PosthocContext = Readonly<NamedTensorMap>;

/** The same in classification. A type alias, since an interface is no map of tensors to TypeScript. */
export type ClassificationPosthocContext = {
  /** The class distribution of the training set, `[classes]`, float32, summing to 1. */
  readonly datasetPrior: Tensor1D;
};

/** Changes logits `[batch, outputs]` in evaluation and prediction (post-hoc adjustment). */
export interface PosthocTransform extends Configured {
  readonly name: string;
  /** The task whose context it reads, such as `classification`; default: any. */
  readonly task?: string;
  transform(logits: Tensor2D, context: PosthocContext): Tensor2D;
}

/** The loss of a batch: logits `[batch, outputs]` in, a scalar out, the mean over rows. */
export interface Loss extends Configured {
  readonly name: string;
  /** The task whose context it reads, such as `classification`; default: any. */
  readonly task?: string;
  loss(logits: Tensor2D, context: StepContext): Scalar;
  /** What the mean divides by; parts of a batch are combined by it. Default: the number of rows. */
  weight?(context: StepContext): Scalar;
}

/** What an auxiliary loss sees of a forward pass. */
export interface TrainingStages extends NetworkStages {
  /** `[batch, ...exampleShape]`, as the backbone gets them. */
  readonly inputs: Tensor;
}

/** A built auxiliary loss. */
export interface BuiltAuxiliaryLoss {
  /** A scalar that is added to the loss; pure. `stages.logits` are those before LOGIT_TRANSFORMS. */
  loss(stages: TrainingStages, context: StepContext): Scalar;
}

/** Sizes that layers of an auxiliary loss are built for. */
export interface StageSizes {
  readonly exampleShape: readonly number[];
  /** Width of the backbone's features. */
  readonly raw: number;
  /** Width of the features that the classifier sees. */
  readonly features: number;
  /** Columns of the logits. */
  readonly outputs: number;
}

/** A term added to the loss that sees the whole forward pass and may have its own weights (distillation, contrast). */
export interface AuxiliaryLoss extends Configured {
  readonly name: string;
  /** The task whose context it reads, such as `classification`; default: any. */
  readonly task?: string;
  /** Its variables form the group `auxiliary`: trained and saved, and no part of an exported network. */
  build(scope: VariableScope, sizes: StageSizes): BuiltAuxiliaryLoss;
}

/** A term added to the loss that depends on weights only. */
export interface Penalty extends Configured {
  readonly name: string;
  penalty(weights: readonly VariableInfo[], context: LayerContext): Scalar;
}

/** Gradients by weight. */
export type Gradients = ReadonlyMap<VariableInfo, Tensor>;

/** Where an evaluation of the loss is taken. */
export interface EvaluationPlace {
  /** Values that trained weights take meanwhile; the others keep theirs. Default: all keep theirs. */
  readonly weights?: ReadonlyMap<VariableInfo, Tensor>;
  /** Rows of the batch, the same in every call for one size of batch. Default: all. */
  readonly part?: { readonly from: number; readonly size: number };
  /**
   * An evaluation whose loss has to be known first, so that a step that is recorded as a graph does not compute both at once. The
   * inputs depend on that loss then, and keep their numbers.
   */
  readonly after?: StepEvaluation;
  /** What layers get as `ranks`, made from what the loss's mean divides by. Default: nothing. */
  readonly ranks?: (weight: Scalar) => BatchRanks;
}

/** Loss and gradients at one place. The step frees the tensors, also when something throws. */
export interface StepEvaluation {
  /** Auxiliary losses and penalties included. */
  readonly loss: Scalar;
  /** What the loss's mean was divided by: rows, by default. */
  readonly weight: Scalar;
  /** Of the weights that may change; empty when the loss depends on none of them. */
  readonly gradients: Gradients;
  /** What layers asked for, computed from the values before the step. */
  readonly updates: ReadonlyMap<Variable, Tensor>;
  readonly logged: ReadonlyMap<string, Scalar>;
}

/** Evaluates loss and gradients; synchronous and pure, and the same draws at every place. */
export type Evaluate = (at?: EvaluationPlace) => StepEvaluation;

/** How a step comes from a batch to its gradients: by default one evaluation of the whole batch. */
export interface GradientsPart extends Configured {
  readonly name: string;
  /**
   * May evaluate several times: parts of the batch, or other values of the weights. Only the returned evaluation counts, with its updates. `rows` is the size of the batch.
   */
  compute(evaluate: Evaluate, context: StepContext & { readonly rows: number }): StepEvaluation;
}

/** Changes the gradients before the optimizer sees them (clipping, noise). */
export interface GradientTransform extends Configured {
  readonly name: string;
  /** Pure; what is random comes from `context.uniform`, what changes over the run from `context.epoch` or `step`. */
  transform(gradients: Gradients, context: StepContext): Gradients;
}

/** What an optimizer may use while it computes. */
export interface OptimizerContext {
  /** Learning rate of this step, a scalar input. */
  readonly learningRate: Scalar;
  /** The zero-based epoch, float32. */
  readonly epoch: Scalar;
  /** The number of steps before this one, over the whole run, float32. */
  readonly step: Scalar;
  /** Asks for `variable` to hold `value` after the step. */
  update(variable: Variable, value: Tensor): void;
  /** The value that `variable` will hold after the step: the last one asked for, or the present one. */
  next(variable: Variable): Tensor;
  /** As in {@link LayerContext}. */
  log(name: string, value: Scalar): void;
}

/** A built optimizer; it keeps its slots (momenta ...) in the scope it was built in. */
export interface Optimizer {
  /** Pure: asks for the new weights and slots through `context.update`. Weights without a gradient stay as they are. */
  apply(gradients: Gradients, context: OptimizerContext): void;
}

/** How weights move; built once the weights are known. */
export interface OptimizerDefinition extends Configured {
  readonly name: string;
  build(scope: VariableScope, weights: readonly VariableInfo[]): Optimizer;
}

/** Says which variables a batch may change; all rules must agree. */
export interface TrainableRule extends Configured {
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
export interface EvaluationWeights extends Configured {
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
export interface Schedule extends Configured {
  readonly name: string;
  /** Finite and at least 0. */
  learningRate(position: SchedulePosition): number;
}
