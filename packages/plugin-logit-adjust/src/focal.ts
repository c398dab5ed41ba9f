import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, LOSS } from '@evenkeel/trainer-core';
import type { ClassificationContext, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { errors } from './errors.js';
import { classBalancedWeights } from './class-balanced-weights.js';
import type { ClassBalancedLossOptions } from './class-balanced-loss.js';
import { countsUnder, priorChoice, priorInWords } from './class-prior.js';
import { member } from './family.js';
import { focalCrossEntropy } from './focal-cross-entropy.js';
import { totalWeight } from './weighted-cross-entropy.js';

/** Options of the focal loss. */
export interface FocalOptions extends ClassBalancedLossOptions {
  /** Focus γ, 0 (cross-entropy) or more; default 2 (LDAM-DRW's code takes 1). */
  readonly gamma?: number;
  /** β in [0, 1] of class-balanced weights, as in CB-Focal; default 0, no weights. */
  readonly beta?: number;
}

/** The options of `focal`. */
export const focalOptions = defineOptions('focal', errors.BAD_OPTION, {
  gamma: number({ min: 0 }).default(2),
  beta: number({ min: 0, max: 1 }).default(0),
  prior: priorChoice.default('sampler'),
} satisfies SpecOf<FocalOptions>);

/**
 * Focal loss: cross-entropy times (1 − p_y)^γ, so that examples already learned count less. Fills the role LOSS. Throws
 * `LOGIT_ADJUST_BAD_OPTION`. Source: Lin et al., ICCV 2017; with `beta` Cui et al., CVPR 2019.
 */
export function focal(options: FocalOptions = {}): TrainerPlugin {
  const { gamma, beta, prior } = focalOptions.read(options);
  const weighted = beta === 0 ? '' : `, weighted by effective numbers (beta ${beta})`;
  return definePlugin({
    ...member('/focal'),
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `focal loss (gamma ${gamma})${weighted}${weighted && `, ${priorInWords(prior)}`}`,
    setup({ roles }) {
      const weightsIn = (context: ClassificationContext) =>
        classBalancedWeights(countsUnder(prior, context), beta);
      roles.provide(LOSS, {
        name: `focal loss (gamma ${gamma})${weighted}`,
        settings: { prior },
        loss: (logits, context: ClassificationContext) =>
          focalCrossEntropy(logits, context.targets, gamma, beta === 0 ? undefined : weightsIn(context)),
        ...(beta !== 0 && {
          weight: (context: ClassificationContext) => totalWeight(context.targets, weightsIn(context)),
        }),
      });
    },
  });
}
