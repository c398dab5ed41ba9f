import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin } from '../contract/define-plugin.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import type { StepEvaluation } from '../contract/step.js';
import { optionErrors } from '../option-errors.js';
import { GRADIENTS } from '../roles/core-roles.js';
import { version } from '../version.js';
import { combineEvaluations } from './combine.js';

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
 * the whole batch, and memory is that of one part. Without statistics of a batch the numbers are those of the whole batch but for
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
            let done: StepEvaluation | undefined;
            for (let start = 0; start < rows; start += size) {
              const part = { from: from + start, size: Math.min(size, rows - start) };
              const next = evaluate({ ...at, part, after: done ?? at.after });
              done = done ? combineEvaluations([done, next]) : next;
            }
            return done!;
          }, context),
      }));
    },
  });
}
