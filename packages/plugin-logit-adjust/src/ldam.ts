import { CLASSIFIER, cosineClassifier, definePlugin, LOGIT_TRANSFORMS } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { checkOption } from './check-option.js';
import { checkPrior, countsUnder, priorInWords } from './class-prior.js';
import type { PriorChoice } from './class-prior.js';
import { member } from './family.js';
import { ldamLogits, ldamMargins } from './ldam-logits.js';

/** Options of LDAM. */
export interface LdamOptions {
  /** The margin of the smallest class, in (0, 1]; default 0.5, the authors' for small data sets (0.3 for iNaturalist). */
  readonly largest?: number;
  /** The scale s of the cosines, above 0; default 30. */
  readonly scale?: number;
  /** Whose counts the margins go by; default `dataset`: a margin answers how many different examples a class has. */
  readonly prior?: PriorChoice;
}

/**
 * LDAM: a cosine classifier whose true class must win by a margin, larger for small classes: m_c ∝ n_c^(−1/4). It fills the
 * role CLASSIFIER and subtracts s·m_y in training; add `deferredReweighting()` for LDAM-DRW. Throws `LOGIT_ADJUST_BAD_OPTION`.
 * Source: Cao et al., NeurIPS 2019.
 *
 * @example
 * createTrainer({ data, model, plugins: [ldam(), deferredReweighting()] });
 */
export function ldam(options: LdamOptions = {}): TrainerPlugin {
  const { largest = 0.5, scale = 30, prior = 'dataset' } = options;
  checkOption('ldam', 'largest', largest, largest > 0 && largest <= 1, 'a number in (0, 1]');
  checkOption('ldam', 'scale', scale, Number.isFinite(scale) && scale > 0, 'a number above 0');
  checkPrior('ldam', prior);
  return definePlugin({
    ...member('/ldam'),
    version: manifest.version,
    api: '^1.0',
    description: `margins up to ${largest} of cosines times ${scale}, ${priorInWords(prior)}`,
    setup({ roles }) {
      roles.provide(CLASSIFIER, cosineClassifier({ scale }));
      roles.contribute(LOGIT_TRANSFORMS, {
        name: `ldam (margins up to ${largest}, scale ${scale})`,
        transform: (logits, context) =>
          ldamLogits(logits, context.targets, ldamMargins(countsUnder(prior, context), largest), scale),
      });
    },
  });
}
