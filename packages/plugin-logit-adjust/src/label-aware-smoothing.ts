import { defineOptions } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { crossEntropyWithLogits, definePlugin, LOSS } from '@evenkeel/trainer-core';
import type { ClassificationContext, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { errors } from './errors.js';
import { countsUnder, priorChoice, priorInWords } from './class-prior.js';
import type { PriorChoice } from './class-prior.js';
import { member } from './family.js';
import { checkedSmoothing, labelAwareTargets, smoothingOf, smoothingSpec } from './label-aware-targets.js';
import type { ClassSmoothingOptions } from './label-aware-targets.js';

/** Options of label-aware smoothing. */
export interface LabelAwareSmoothingOptions extends ClassSmoothingOptions {
  /** Whose counts the smoothing goes by; default `dataset`: over-confidence comes from many different examples. */
  readonly prior?: PriorChoice;
}

/** The options of `labelAwareSmoothing`. */
export const labelAwareOptions = defineOptions('labelAwareSmoothing', errors.BAD_OPTION, {
  ...smoothingSpec,
  prior: priorChoice.default('dataset'),
} satisfies SpecOf<LabelAwareSmoothingOptions>);

/**
 * Label-aware smoothing: cross-entropy with targets softened the more, the larger their class. Fills the role LOSS. Throws
 * `LOGIT_ADJUST_BAD_OPTION`. Source: Zhong et al. (MiSLAS), CVPR 2021.
 */
export function labelAwareSmoothing(options: LabelAwareSmoothingOptions = {}): TrainerPlugin {
  const settings = checkedSmoothing(labelAwareOptions.read(options), labelAwareOptions.refuse);
  const { head, tail, shape, power, prior } = settings;
  const curve = power === undefined ? shape : `${shape}, power ${power}`;
  const words = `label-aware smoothing (${head} to ${tail}, ${curve})`;
  return definePlugin({
    ...member('/label-aware-smoothing'),
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `${words}, ${priorInWords(prior)}`,
    setup({ roles }) {
      roles.provide(LOSS, {
        name: words,
        settings: { prior },
        loss(logits, context: ClassificationContext) {
          const smoothing = smoothingOf(countsUnder(prior, context), settings);
          return crossEntropyWithLogits(logits, labelAwareTargets(context.targets, smoothing));
        },
      });
    },
  });
}
