import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { StepEvaluation } from '../../contract/step.js';

/** All tensors of an evaluation. */
export function tensorsIn({ loss, weight, gradients, updates, logged }: StepEvaluation): Tensor[] {
  return [loss, weight, ...gradients.values(), ...updates.values(), ...logged.values()];
}

/** Frees an evaluation; what is free already stays so. */
export function disposeEvaluation(evaluation: StepEvaluation): void {
  for (const tensor of tensorsIn(evaluation)) if (!tensor.isDisposed) tensor.dispose();
}

/** An evaluation made by `make`, which outlives the caller's tidy; what `make` needed besides is freed. */
export function keptEvaluation(make: () => StepEvaluation): StepEvaluation {
  let made: StepEvaluation | undefined;
  tf.tidy(() => {
    made = make();
    tensorsIn(made).forEach((tensor) => tf.keep(tensor));
  });
  return made!;
}
