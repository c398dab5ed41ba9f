import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';

/** In which numbers a network computes; weights, optimizer, statistics and loss stay float32. */
export type Precision = 'float32' | 'bfloat16';

/** Numbers that the host draws again for every call of a step, by purpose and shape; `rows`: the first axis is the batch's. */
export type Draw = (
  purpose: string,
  shape: readonly number[],
  options?: { readonly rows?: boolean },
) => Tensor;

/** A pure step between named tensors; it reads variables, and what they are to become is among its outputs. */
export type PlainStep<
  Inputs extends NamedTensorMap = NamedTensorMap,
  Outputs extends NamedTensorMap = NamedTensorMap,
> = (inputs: Inputs, draw: Draw) => Outputs;

/** Makes the steps of a trainer fast: `compileStep` of `@evenkeel/compiled-step` is made for `compile`. */
export interface StepCompiler {
  readonly name: string;
  /**
   * A step with the same results and less to do at each call. Called in `tf.tidy`; calls differ in nothing but tensors, draws and
   * the values of variables.
   */
  compile<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
    step: PlainStep<Inputs, Outputs>,
    options: CompileOptions,
  ): CompiledPlainStep<Inputs, Outputs>;
}

/** What a compiler is told of a step. */
export interface CompileOptions {
  /** The tag of the step, or `evaluation`. */
  readonly name: string;
  /** What the trainer was asked for, if it is not float32. */
  readonly precision?: Precision;
  /** Where the run stands, for messages: `in epoch 2, at batch 3 (step 17 of the run)`; empty outside of a run. */
  readonly where?: () => string;
}

/** A step that a compiler made. */
export type CompiledPlainStep<
  Inputs extends NamedTensorMap = NamedTensorMap,
  Outputs extends NamedTensorMap = NamedTensorMap,
> = PlainStep<Inputs, Outputs> & {
  /** Frees what it keeps. */
  dispose(): void;
  /**
   * Asks it to see, in its next call, whether the step still does what it did. The loop asks before the first batch of an
   * epoch, before the last of a run, and before an evaluation, so that what changes on the host is noticed within an epoch.
   */
  look?(): void;
  /** What it runs in which precision, for `explain()`. */
  describe?(): StepPrecision;
};

/** What a compiled step runs in which precision. */
export interface StepPrecision {
  /** What it runs in, once that is settled. */
  readonly precision: Precision;
  /** Why it is not the one that was asked for. */
  readonly reason?: string;
  /** For each set of inputs that it has met, how often it calls each operation in which precision, and how often it casts between the two. */
  readonly graphs: Readonly<Record<string, OperationsByPrecision>>;
}

/** How often each operation is called, by the precision that it runs in. */
export interface OperationsByPrecision {
  readonly bfloat16: Readonly<Record<string, number>>;
  readonly float32: Readonly<Record<string, number>>;
  readonly casts: number;
}
