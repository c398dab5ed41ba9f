import { defineOptions } from '@evenkeel/errors';
import type { NoOptions } from '@evenkeel/errors';
import type { SamplerDefinition } from '../../contract/sampler.js';
import { optionErrors } from '../../errors/option-errors.js';
import { classDraw } from './class-draw.js';
import { classFirstSampler } from './class-first.js';
import { powerPrior } from './interpolated.js';

/** The options of `progressive`: none. */
export const progressiveOptions = defineOptions('progressive', optionErrors.BAD_VALUE, {});

/**
 * From natural to balanced over the run: classes drawn with replacement with p_c(t) = (1 − t/(T − 1))·n_c/N + t/(T − 1)/C
 * in the zero-based epoch t of T, their examples dealt from shuffled decks. A run of one epoch stays natural; epochs
 * after the last stay balanced. Tag `base`; the prior is p(t). Progressive sampling of Decoupling (Kang et al., 2020),
 * with its code's even spacing from 0 to 1.
 */
export function progressive(options: NoOptions = {}): SamplerDefinition {
  progressiveOptions.read(options);
  const name = 'progressive';
  return {
    name,
    task: 'classification',
    build(context) {
      const natural = powerPrior(context.classCounts, 1);
      const balanced = powerPrior(context.classCounts, 0);
      const last = context.epochs - 1;
      const prior = (epoch: number): Float64Array => {
        const mixing = last > 0 ? Math.min(1, epoch / last) : 0;
        return natural.map((share, label) => (1 - mixing) * share + mixing * balanced[label]);
      };
      return classFirstSampler(name, context, {
        prior,
        picker: (epoch, random) => classDraw(prior(epoch), random),
      });
    },
  };
}
