import { definePlugin, LOSS } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { checkAmount } from './check-option.js';
import { classBalancedWeights } from './class-balanced-weights.js';
import type { ClassBalancedLossOptions } from './class-balanced-loss.js';
import { checkPrior, countsUnder, priorInWords } from './class-prior.js';
import { member } from './family.js';
import { focalCrossEntropy } from './focal-cross-entropy.js';

/** Options of the focal loss. */
export interface FocalOptions extends ClassBalancedLossOptions {
  /** Focus γ, 0 (cross-entropy) or more; default 2 (LDAM-DRW's code takes 1). */
  readonly gamma?: number;
  /** β in [0, 1] of class-balanced weights, as in CB-Focal; default 0, no weights. */
  readonly beta?: number;
}

/**
 * Focal loss: cross-entropy times (1 − p_y)^γ, so that examples already learned count less. Fills the role LOSS. Throws
 * `LOGIT_ADJUST_BAD_OPTION`. Source: Lin et al., ICCV 2017; with `beta` Cui et al., CVPR 2019.
 */
export function focal(options: FocalOptions = {}): TrainerPlugin {
  const { gamma = 2, beta = 0, prior = 'sampler' } = options;
  checkAmount('focal', 'gamma', gamma);
  checkAmount('focal', 'beta', beta, 1);
  checkPrior('focal', prior);
  const weighted = beta === 0 ? '' : `, weighted by effective numbers (beta ${beta})`;
  return definePlugin({
    ...member('/focal'),
    version: manifest.version,
    api: '^1.0',
    description: `focal loss (gamma ${gamma})${weighted}${weighted && `, ${priorInWords(prior)}`}`,
    setup({ roles }) {
      roles.provide(LOSS, {
        name: `focal loss (gamma ${gamma})${weighted}`,
        loss(logits, context) {
          const weights = beta === 0 ? undefined : classBalancedWeights(countsUnder(prior, context), beta);
          return focalCrossEntropy(logits, context.targets, gamma, weights);
        },
      });
    },
  });
}
