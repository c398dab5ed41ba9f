import { crossEntropyWithLogits, definePlugin, LOSS } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { checkOption } from './check-option.js';
import { checkPrior, countsUnder, priorInWords } from './class-prior.js';
import type { PriorChoice } from './class-prior.js';
import { member } from './family.js';
import { classSmoothing, labelAwareTargets } from './label-aware-targets.js';
import type { ClassSmoothingOptions } from './label-aware-targets.js';

/** Options of label-aware smoothing. */
export interface LabelAwareSmoothingOptions extends ClassSmoothingOptions {
  /** Whose counts the smoothing goes by; default `dataset`: over-confidence comes from many different examples. */
  readonly prior?: PriorChoice;
}

/**
 * Label-aware smoothing: cross-entropy with targets softened the more, the larger their class. Fills the role LOSS. Throws
 * `LOGIT_ADJUST_BAD_OPTION`. Source: Zhong et al. (MiSLAS), CVPR 2021.
 */
export function labelAwareSmoothing(options: LabelAwareSmoothingOptions = {}): TrainerPlugin {
  const { head = 0.4, tail = 0.1, shape = 'concave', prior = 'dataset' } = options;
  const factory = 'labelAwareSmoothing';
  for (const [option, value] of Object.entries({ head, tail })) {
    checkOption(factory, option, value, value >= 0 && value < 1, 'a number in [0, 1)');
  }
  const shapes = ['concave', 'linear', 'convex'];
  checkOption(factory, 'shape', shape, shapes.includes(shape), "'concave', 'linear' or 'convex'");
  checkPrior(factory, prior);
  const words = `label-aware smoothing (${head} to ${tail}, ${shape})`;
  return definePlugin({
    ...member('/label-aware-smoothing'),
    version: manifest.version,
    api: '^1.0',
    description: `${words}, ${priorInWords(prior)}`,
    setup({ roles }) {
      roles.provide(LOSS, {
        name: words,
        loss(logits, context) {
          const smoothing = classSmoothing(countsUnder(prior, context), { head, tail, shape });
          return crossEntropyWithLogits(logits, labelAwareTargets(context.targets, smoothing));
        },
      });
    },
  });
}
