import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { Schedule } from '../../contract/step.js';
import { optionErrors } from '../../errors/option-errors.js';

/** Where the cosine starts and ends. */
export interface CosineOptions {
  /** Highest learning rate, > 0. */
  readonly base: number;
  /** Epochs of linear warm-up, step by step; default 0. */
  readonly warmupEpochs?: number;
  /** Learning rate that the run ends towards, ≥ 0; default 0. */
  readonly final?: number;
}

/** The options of `cosine`. */
export const cosineOptions = defineOptions('cosine', optionErrors.BAD_VALUE, {
  base: number({ above: 0 }).knownAs('lr', 'learningRate', 'peak'),
  warmupEpochs: number({ min: 0 }).default(0),
  final: number({ min: 0 }).default(0),
} satisfies SpecOf<CosineOptions>);

/**
 * Half a cosine from `base` to `final` over the steps after the warm-up: with S steps in the run, W of them warm-up, step
 * s gets base·(s + 1)/W while s < W, then final + (base − final)·(1 + cos(π·(s − W)/(S − W)))/2. `final` itself would be
 * the rate of step S, the first one after the run (Loshchilov and Hutter, SGDR, 2017, one cycle; PyTorch's
 * CosineAnnealingLR stepped once per batch). Throws TRAINER_OPTION_BAD_VALUE.
 */
export function cosine(options: CosineOptions): Schedule {
  const { base, warmupEpochs, final } = cosineOptions.read(options);
  return {
    name: 'cosine',
    settings: { base, warmupEpochs, final },
    learningRate({ epoch, batch, batchesPerEpoch, epochs }) {
      const step = epoch * batchesPerEpoch + batch;
      const warmup = warmupEpochs * batchesPerEpoch;
      if (step < warmup) return Math.min(base, (base * (step + 1)) / warmup);
      const progress = (step - warmup) / (epochs * batchesPerEpoch - warmup);
      return final + ((base - final) * (1 + Math.cos(Math.PI * progress))) / 2;
    },
  };
}
