import { defineOptions, flag, having, list, oneOf, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { trainerErrors } from './errors/trainer-errors.js';
import type { FitOptions } from './session/fit-options.js';

/** The options of `trainer.fit`. */
export const fitOptions = defineOptions('fit', trainerErrors.BAD_OPTION, {
  epochs: whole(),
  evaluateEvery: whole().default(1),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'addEventListener').optional(),
} satisfies SpecOf<FitOptions>);

/** The options of `trainer.evaluate`. */
export const evaluateOptions = defineOptions('evaluate', trainerErrors.BAD_OPTION, {
  split: oneOf('train', 'validation', 'test').optional("'validation' if there is one, else 'test'"),
});

/** The options of `trainer.resume`, beside the location. */
export const resumeOptions = defineOptions('resume', trainerErrors.BAD_OPTION, {
  optional: flag().default(false),
  changed: list(text()).default([]),
});
