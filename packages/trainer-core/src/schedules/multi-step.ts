import type { Schedule } from '../contract/step.js';
import { checkNumber } from '../option-errors.js';

/** When and how far the learning rate drops. */
export interface MultiStepOptions {
  /** Learning rate before any drop, > 0. */
  readonly base: number;
  /** Epochs of linear warm-up; default 0. */
  readonly warmupEpochs?: number;
  /** Factors by the zero-based epoch from which they multiply the rate, such as `{ 160: 0.01, 180: 0.01 }`; default none. */
  readonly drops?: Readonly<Record<number, number>>;
}

/**
 * A learning rate that stays the same within an epoch: base·(e + 1)/warmupEpochs while the zero-based epoch e is below
 * `warmupEpochs`, then `base`, multiplied by every drop whose epoch has come. `{ base: 0.1, warmupEpochs: 5,
 * drops: { 160: 0.01, 180: 0.01 } }` is the published recipe of LDAM-DRW. Throws TRAINER_OPTION_BAD_VALUE.
 */
export function multiStep({ base, warmupEpochs = 0, drops = {} }: MultiStepOptions): Schedule {
  checkNumber('multiStep', 'base', base, { above: 0 }, 'a learning rate such as 0.1');
  checkNumber('multiStep', 'warmupEpochs', warmupEpochs, { min: 0, integer: true }, '5, or 0 for none');
  const steps = Object.entries(drops).map(([key, factor]) => {
    checkNumber('multiStep', 'drops (epoch)', Number(key), { min: 0, integer: true }, 'a zero-based epoch');
    checkNumber('multiStep', `drops[${key}]`, factor, { above: 0 }, 'a factor such as 0.1');
    return { from: Number(key), factor };
  });
  return {
    name: 'multi-step',
    learningRate({ epoch }) {
      const warm = epoch < warmupEpochs ? (base * (epoch + 1)) / warmupEpochs : base;
      return steps.reduce((rate, { from, factor }) => (epoch >= from ? rate * factor : rate), warm);
    },
  };
}
