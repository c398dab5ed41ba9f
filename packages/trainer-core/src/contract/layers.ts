import type { Configured } from './configured.js';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/random-stream.js';

/** The processes (ranks) that compute the rows of one batch together. */
export interface BatchRanks {
  /** Rows of each, `[ranks]`, float32; 0 for a rank that has none. */
  readonly rows: Tensor1D;
  /**
   * What every rank gives, `[ranks, ...shape]`, float32; all give the same shapes in the same order. Differentiable: what comes
   * back is the gradient of the loss of all rows.
   */
  gather(x: Tensor): Tensor;
}

/** What a layer may use while it computes: nothing that reads the host's clock, randomness or tensors' values. */
export interface LayerContext {
  /** False in evaluation and prediction. */
  readonly training: boolean;
  /**
   * Examples of the batch over the trainer's batch size, in (0, 1]: below 1 for the last batch of an epoch. Running statistics
   * move by momentum × share, so that every example has the same weight in them.
   */
  readonly share: number;
  /** The sampler's tag of the batch, such as `base` or `embedded`; `evaluation` outside training. */
  readonly tag: string;
  /**
   * There where statistics of the batch are to be those of all its rows, and other processes have some of them: see
   * `meanOverRanks` and `momentsOverRanks`. Default: statistics are those of the rows at hand.
   */
  readonly ranks?: BatchRanks;
  /** What the rows are to give, `[batch, width]`, float32: one-hot or soft rows in classification. In a trainer's training only. */
  readonly targets?: Tensor2D;
  /** The zero-based epoch, float32: what changes with it is computed from this scalar, so that no step freezes it. In a trainer's training only. */
  readonly epoch?: Scalar;
  /** Epochs of the whole run, float32. In a trainer's training only. */
  readonly epochs?: Scalar;
  /**
   * Asks for `variable` to hold `value` after the step; the running value stays in place until then. For running
   * statistics and the like; the last request wins. Ignored outside training.
   */
  update(variable: Variable, value: Tensor): void;
  /**
   * Uniform numbers in [0, 1) of the given shape, an input of the step. Every call of a step draws its own, and draws with other purposes do not affect it: name the purpose after your plugin. With `rows` the first axis is that of the batch's rows,
   * and a part of a batch gets the part of the whole batch's draw (dropout wants this).
   */
  uniform(purpose: string, shape: readonly number[], options?: { readonly rows?: boolean }): Tensor;
  /**
   * Gives a scalar to whoever watches: it is read together with the loss, and stands in `step-end`, in `metrics.jsonl` and,
   * as the mean over the steps that gave it, in the epoch. The names that the steps of a tag give must not change. Ignored
   * outside training.
   */
  log(name: string, value: Scalar): void;
}

/** A built part of the network; its variables belong to the scope it was built in. */
export interface Layer<Input extends Tensor = Tensor, Output extends Tensor = Tensor> {
  /** Size of the last axis of the output. */
  readonly outputSize: number;
  /** Pure: tensors in, tensor out; changes of variables only through `context.update`. */
  apply(input: Input, context: LayerContext): Output;
}

/** Fills a new variable; every draw comes from `random`. */
export type Initializer = (shape: readonly number[], random: RandomStream) => Float32Array;

/** How a weight is treated. */
export interface WeightOptions {
  /** Whether weight decay applies; default true. */
  readonly decay?: boolean;
}

/** Where a part of the network makes its variables; the trainer saves, restores and disposes them. */
export interface VariableScope {
  /** Such as `backbone/stage1`. */
  readonly path: string;
  /** A scope below this one; names within a scope are unique. */
  child(name: string): VariableScope;
  /** A variable that the optimizer trains. */
  weight(name: string, shape: readonly number[], initializer: Initializer, options?: WeightOptions): Variable;
  /** A variable that only `context.update` changes, such as a running mean. */
  statistic(name: string, shape: readonly number[], initializer: Initializer): Variable;
}

/** The network up to its features: `[batch, ...exampleShape]` in, `[batch, outputSize]` out. */
export interface BackboneDefinition extends Configured {
  readonly name: string;
  build(scope: VariableScope, exampleShape: readonly number[]): Layer<Tensor, Tensor2D>;
}

/** Changes features before the classifier (whitening ...): `[batch, features]` in, `[batch, outputSize]` out. */
export interface FeatureTransformDefinition extends Configured {
  readonly name: string;
  build(scope: VariableScope, features: number): Layer<Tensor2D, Tensor2D>;
}

/** Logits of several experts: logit transforms and loss apply to each one, metrics see `logits`. */
export interface ExpertLogits {
  /** What they say together, `[batch, outputs]`, such as their mean. */
  readonly logits: Tensor2D;
  /** Each one's, `[batch, outputs]`. */
  readonly experts: readonly Tensor2D[];
}

/** A built classifier. */
export interface Classifier<Output extends Tensor2D | ExpertLogits = Tensor2D | ExpertLogits> {
  /** The `outputs` that it was built with. */
  readonly outputSize: number;
  /** Pure, as a layer is. */
  apply(features: Tensor2D, context: LayerContext): Output;
}

/** The classifier: `[batch, features]` in, logits `[batch, outputs]` out. */
export interface ClassifierDefinition<
  Output extends Tensor2D | ExpertLogits = Tensor2D | ExpertLogits,
> extends Configured {
  readonly name: string;
  build(scope: VariableScope, features: number, outputs: number): Classifier<Output>;
}

/** A part of the network: the backbone, the feature transforms, the classifier, the layers of auxiliary losses. */
export type NetworkPart = 'backbone' | 'features' | 'classifier' | 'auxiliary';

/** A variable with its name and part in the training. */
export interface VariableInfo {
  /** Path of the variable, such as `backbone/stage1/block0/conv1/kernel`; unique within a trainer. */
  readonly name: string;
  /** First part of the path: in a trainer a part of the network, or `optimizer`. */
  readonly group: string;
  /** `weight`: trained; `statistic`: only updated. */
  readonly kind: 'weight' | 'statistic';
  /** Whether weight decay applies. */
  readonly decay: boolean;
  readonly variable: Variable;
}
