import { check, defineOptions, number, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { Schedule } from '../../contract/step.js';
import { optionErrors } from '../../errors/option-errors.js';

/** When and how far the learning rate drops. */
export interface MultiStepOptions {
  /** Learning rate before any drop, > 0. */
  readonly base: number;
  /** Epochs of linear warm-up; default 0. */
  readonly warmupEpochs?: number;
  /** Factors by the zero-based epoch from which they multiply the rate, such as `{ 160: 0.01, 180: 0.01 }`; default none. */
  readonly drops?: Readonly<Record<number, number>>;
}

const drops = check<Readonly<Record<number, number>>>(
  'an object of factors above 0 by whole epochs, such as { 160: 0.01 }',
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([epoch, factor]) => whole().takes(Number(epoch)) && number({ above: 0 }).takes(factor),
    ),
);

/** The options of `multiStep`. */
export const multiStepOptions = defineOptions('multiStep', optionErrors.BAD_VALUE, {
  base: number({ above: 0 }).knownAs('lr', 'learningRate'),
  warmupEpochs: whole().default(0),
  drops: drops.default({}, 'none').knownAs('milestones', 'gamma'),
} satisfies SpecOf<MultiStepOptions>);

/**
 * A learning rate that stays the same within an epoch: base·(e + 1)/warmupEpochs while the zero-based epoch e is below
 * `warmupEpochs`, then `base`, multiplied by every drop whose epoch has come. `{ base: 0.1, warmupEpochs: 5,
 * drops: { 160: 0.01, 180: 0.01 } }` is the published recipe of LDAM-DRW. Throws TRAINER_OPTION_BAD_VALUE.
 */
export function multiStep(options: MultiStepOptions): Schedule {
  const { base, warmupEpochs, drops } = multiStepOptions.read(options);
  const steps = Object.entries(drops).map(([epoch, factor]) => ({ from: Number(epoch), factor }));
  return {
    name: 'multi-step',
    settings: { base, warmupEpochs, drops },
    learningRate({ epoch }) {
      const warm = epoch < warmupEpochs ? (base * (epoch + 1)) / warmupEpochs : base;
      return steps.reduce((rate, { from, factor }) => (epoch >= from ? rate * factor : rate), warm);
    },
  };
}
