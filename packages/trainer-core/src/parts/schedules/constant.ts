import { number, readArgument } from '@evenkeel/errors';
import type { Schedule } from '../../contract/step.js';
import { optionErrors } from '../../errors/option-errors.js';

/** The same learning rate at every step. Throws TRAINER_OPTION_BAD_VALUE unless `base` > 0. */
export function constant(base: number): Schedule {
  readArgument('constant', optionErrors.BAD_VALUE, 'base', number({ above: 0 }), base);
  return { name: `constant (${base})`, learningRate: () => base };
}
