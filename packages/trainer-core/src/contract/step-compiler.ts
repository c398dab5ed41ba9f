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
export type PlainStep = (inputs: NamedTensorMap, draw: Draw) => NamedTensorMap;

/** Makes the steps of a trainer fast: `compileStep` of `@evenkeel/compiled-step` is made for `compile`. */
export interface StepCompiler {
  readonly name: string;
  /**
   * A step with the same results and less to do at each call; `dispose` frees what it keeps for that. `name` is the tag
   * of the step, `precision` what the trainer was asked for, if it is not float32. Called in `tf.tidy`; calls differ in nothing but tensors, draws and the values of variables.
   */
  compile(
    step: PlainStep,
    options: { readonly name: string; readonly precision?: Precision },
  ): PlainStep & { dispose(): void };
}
