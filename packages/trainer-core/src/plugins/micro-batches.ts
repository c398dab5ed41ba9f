import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin } from '../contract/define-plugin.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import type { EvaluationPlace, StepEvaluation } from '../contract/step.js';
import { optionErrors } from '../errors/option-errors.js';
import { GRADIENTS } from '../roles/core-roles.js';
import { version } from '../contract/version.js';
import { combineEvaluations } from '../parts/gradients/combine.js';
import { disposeEvaluation, keptEvaluation } from '../parts/gradients/tensors-in.js';

/** How large parts are. */
export interface MicroBatchesOptions {
  /** Examples per part, 1 or more; the last part of a batch may be smaller. */
  readonly size: number;
}

/** The options of `microBatches`. */
export const microBatchesOptions = defineOptions('microBatches', optionErrors.BAD_VALUE, {
  size: whole(1),
} satisfies SpecOf<MicroBatchesOptions>);

/**
 * Micro-batches (gradient accumulation): a batch goes through the network in parts, one after the other, and the optimizer
 * moves once by the mean of their gradients. Counters, schedules, samplers and progress see whole batches, draws are those of
 * the whole batch, and memory is that of one part and the sum so far. Without statistics of a batch the numbers are those of the whole batch but for
 * rounding. With them (batch norm, whitening) each part normalises by its own rows, and running statistics take the mean of
 * the parts' wishes, so that the spread between parts is missing from a variance. Throws TRAINER_OPTION_BAD_VALUE.
 *
 * @example
 * createTrainer({ data, model, batchSize: 512, plugins: [microBatches({ size: 128 })] });
 */
export function microBatches(options: MicroBatchesOptions): TrainerPlugin {
  const { size } = microBatchesOptions.read(options);
  return definePlugin({
    name: '@evenkeel/trainer-core/micro-batches',
    version,
    api: '^2.0',
    order: 'pre', // the innermost: replicas and SAM wrap it
    description: `batches in parts of ${size}`,
    setup({ roles }) {
      roles.decorate(GRADIENTS, (inner) => ({
        name: `${inner.name} in parts of ${size}`,
        compute: (evaluate, context) =>
          inner.compute((at = {}) => {
            const { from, size: rows } = at.part ?? { from: 0, size: context.rows };
            const parts = Array.from({ length: Math.ceil(rows / size) }, (_, place) => {
              const start = place * size;
              return { from: from + start, size: Math.min(size, rows - start) };
            });
            return inTurn(parts, (part, after) => evaluate({ ...at, part, after: after ?? at.after }));
          }, context),
      }));
    },
  });
}

type Part = NonNullable<EvaluationPlace['part']>;

/** Parts one after the other, of which no more than the sum so far and the next are there at a time. */
function inTurn(
  parts: readonly Part[],
  evaluate: (part: Part, after: StepEvaluation | undefined) => StepEvaluation,
): StepEvaluation {
  let done: StepEvaluation | undefined;
  try {
    for (const part of parts) {
      const next = evaluate(part, done);
      const before = done;
      done = before === undefined ? next : keptEvaluation(() => combineEvaluations([before, next]));
      if (before !== undefined) [before, next].forEach(disposeEvaluation);
    }
    // Copies belong to the caller's tidy.
    return keptByTidy(done!);
  } finally {
    if (done !== undefined) disposeEvaluation(done);
  }
}

function keptByTidy({ loss, weight, gradients, updates, logged }: StepEvaluation): StepEvaluation {
  const copied = <Key, T extends Tensor>(tensors: ReadonlyMap<Key, T>): Map<Key, T> =>
    new Map(Array.from(tensors, ([key, tensor]) => [key, tf.clone(tensor)]));
  return {
    loss: tf.clone(loss),
    weight: tf.clone(weight),
    gradients: copied(gradients),
    updates: copied(updates),
    logged: copied(logged),
  };
}
