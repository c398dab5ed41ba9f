import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';

/**
 * Numbers that the host makes again for every call of a step, such as the mask of a dropout: the step asks for them by
 * purpose and shape, and gets a tensor of that shape. `rows` says that the first axis is that of the batch's rows.
 */
export type Draw = (
  purpose: string,
  shape: readonly number[],
  options?: { readonly rows?: boolean },
) => Tensor;

/**
 * One step of a computation: tensors in, named tensors out, variables moved by `assign` (an optimizer's `minimize`
 * does that). What it computes depends on inputs, draws and variables only.
 */
export type Step<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap> = (
  inputs: Inputs,
  draw: Draw,
) => Outputs;
