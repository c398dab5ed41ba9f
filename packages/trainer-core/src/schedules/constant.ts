import type { Schedule } from '../contract/step.js';
import { checkNumber } from '../option-errors.js';

/** The same learning rate at every step. Throws TRAINER_OPTION_BAD_VALUE unless `base` > 0. */
export function constant(base: number): Schedule {
  checkNumber('constant', 'base', base, { above: 0 }, 'a learning rate such as 0.1');
  return { name: `constant (${base})`, learningRate: () => base };
}
