import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { CLASSIFIER, cosineClassifier, definePlugin, LOGIT_TRANSFORMS } from '@evenkeel/trainer-core';
import type { ClassificationContext, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { errors } from './errors.js';
import { countsUnder, priorChoice, priorInWords } from './class-prior.js';
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

/** The options of `ldam`. */
export const ldamOptions = defineOptions('ldam', errors.BAD_OPTION, {
  largest: number({ above: 0, max: 1 }).default(0.5),
  scale: number({ above: 0 }).default(30),
  prior: priorChoice.default('dataset'),
} satisfies SpecOf<LdamOptions>);

/**
 * LDAM: a cosine classifier whose true class must win by a margin, larger for small classes: m_c ∝ n_c^(−1/4). It fills the
 * role CLASSIFIER and subtracts s·m_y in training; add `deferredReweighting()` for LDAM-DRW. Throws `LOGIT_ADJUST_BAD_OPTION`.
 * Source: Cao et al., NeurIPS 2019.
 *
 * @example
 * createTrainer({ data, model, plugins: [ldam(), deferredReweighting()] });
 */
export function ldam(options: LdamOptions = {}): TrainerPlugin {
  const { largest, scale, prior } = ldamOptions.read(options);
  return definePlugin({
    ...member('/ldam'),
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `margins up to ${largest} of cosines times ${scale}, ${priorInWords(prior)}`,
    setup({ roles }) {
      roles.provide(CLASSIFIER, cosineClassifier({ scale }));
      roles.contribute(LOGIT_TRANSFORMS, {
        name: `ldam (margins up to ${largest}, scale ${scale})`,
        settings: { prior },
        transform: (logits, context: ClassificationContext) =>
          ldamLogits(logits, context.targets, ldamMargins(countsUnder(prior, context), largest), scale),
      });
    },
  });
}
