import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { Schedule } from '../../contract/step.js';
import { optionErrors } from '../../errors/option-errors.js';

/** The shape of the cycle. */
export interface OneCycleOptions {
  /** Highest learning rate, > 0. */
  readonly peak: number;
  /** Share of the run in which the rate rises, in [0, 1); default 0.3. */
  readonly warmupFraction?: number;
  /** The first rate is peak / initialDivisor; default 25. */
  readonly initialDivisor?: number;
  /** The last rate is the first one / finalDivisor; default 1e4. */
  readonly finalDivisor?: number;
}

/** The options of `oneCycle`. */
export const oneCycleOptions = defineOptions('oneCycle', optionErrors.BAD_VALUE, {
  peak: number({ above: 0 }).knownAs('lr', 'maxLr', 'learningRate', 'base'),
  warmupFraction: number({ min: 0, below: 1 }).default(0.3),
  initialDivisor: number({ above: 0 }).default(25),
  finalDivisor: number({ above: 0 }).default(1e4, '1e4'),
} satisfies SpecOf<OneCycleOptions>);

/**
 * One rise and one fall of the learning rate, both half a cosine, step by step: from peak/initialDivisor to `peak` and
 * down to peak/(initialDivisor·finalDivisor) at the last step. Smith and Topin's 1cycle policy (2018) with the numbers of
 * PyTorch's OneCycleLR (two phases, cosine, momentum left alone). Throws TRAINER_OPTION_BAD_VALUE.
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { peak, warmupFraction, initialDivisor, finalDivisor } = oneCycleOptions.read(options);
  const first = peak / initialDivisor;
  return {
    name: 'one-cycle',
    settings: { peak, warmupFraction, initialDivisor, finalDivisor },
    learningRate({ epoch, batch, batchesPerEpoch, epochs }) {
      const steps = epochs * batchesPerEpoch;
      const step = epoch * batchesPerEpoch + batch;
      const top = warmupFraction * steps - 1;
      if (step < top) return between(first, peak, step / top);
      return between(peak, first / finalDivisor, (step - top) / (steps - 1 - top));
    },
  };
}

/** Half a cosine from one rate to another, `progress` in 0..1. */
function between(from: number, to: number, progress: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * progress))) / 2;
}
