import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/random-stream.js';

/** What a layer may use while it computes: nothing that reads the host's clock, randomness or tensors' values. */
export interface LayerContext {
  /** False in evaluation and prediction. */
  readonly training: boolean;
  /** The sampler's tag of the batch, such as `base` or `embedded`; `evaluation` outside training. */
  readonly tag: string;
  /**
   * Asks for `variable` to hold `value` after the step; the running value stays in place until then. For running
   * statistics and the like; the last request wins. Ignored outside training.
   */
  update(variable: Variable, value: Tensor): void;
  /**
   * Uniform numbers in [0, 1) of the given shape, an input of the step. Every call of a step draws its own, and draws of
   * another purpose shift none: name the purpose after your plugin.
   */
  uniform(purpose: string, shape: readonly number[]): Tensor;
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
export interface BackboneDefinition {
  readonly name: string;
  build(scope: VariableScope, exampleShape: readonly number[]): Layer<Tensor, Tensor2D>;
}

/** Changes features before the classifier (whitening ...): `[batch, features]` in, `[batch, outputSize]` out. */
export interface FeatureTransformDefinition {
  readonly name: string;
  build(scope: VariableScope, features: number): Layer<Tensor2D, Tensor2D>;
}

/** The classifier: `[batch, features]` in, logits `[batch, classes]` out. */
export interface ClassifierDefinition {
  readonly name: string;
  build(scope: VariableScope, features: number, classes: number): Layer<Tensor2D, Tensor2D>;
}

/** A part of the network: the backbone, the feature transforms, the classifier. */
export type NetworkPart = 'backbone' | 'features' | 'classifier';

/** A variable with its name and part in the training. */
export interface VariableInfo {
  /** Path of the variable, such as `backbone/stage1/block0/conv1/kernel`; unique within a trainer. */
  readonly name: string;
  /** First part of the path: `backbone`, `features`, `classifier` or `optimizer`. */
  readonly group: string;
  /** `weight`: trained; `statistic`: only updated. */
  readonly kind: 'weight' | 'statistic';
  /** Whether weight decay applies. */
  readonly decay: boolean;
  readonly variable: Variable;
}
