import { defineOptions, number } from '@evenkeel/errors';
import type { NoOptions, SpecOf } from '@evenkeel/errors';
import type { SamplerDefinition } from '../../contract/sampler.js';
import { optionErrors } from '../../errors/option-errors.js';
import { classDraw } from './class-draw.js';
import { classFirstSampler } from './class-first.js';
import { normalised } from './class-index.js';

/** Where the sampler stands between the natural and the balanced distribution. */
export interface InterpolatedOptions {
  /** Exponent of the class counts, in [0, 1]: 1 natural, 0 balanced, 0.5 square-root. */
  readonly q: number;
}

/** The options of `interpolated`. */
export const interpolatedOptions = defineOptions('interpolated', optionErrors.BAD_VALUE, {
  q: number({ min: 0, max: 1 }).knownAs('p', 'power'),
} satisfies SpecOf<InterpolatedOptions>);

/**
 * Classes drawn with replacement with p_c ∝ n_c^q, their examples dealt from shuffled decks; an epoch has as many batches
 * as the instance-balanced one. Tag `base`; the prior is p. Sampling rule of Decoupling (Kang et al., 2020, equation 1).
 * q = 1 has the prior of `instanceBalanced` but draws by chance; q = 0 has that of `classBalanced`, without its even
 * quotas. Throws TRAINER_OPTION_BAD_VALUE.
 */
export function interpolated(options: InterpolatedOptions): SamplerDefinition {
  return drawnByPower(interpolatedOptions.read(options).q);
}

function drawnByPower(q: number): SamplerDefinition {
  const name = `interpolated (q = ${q})`;
  return {
    name,
    task: 'classification',
    build(context) {
      const prior = powerPrior(context.classCounts, q);
      return classFirstSampler(name, context, {
        prior: () => prior,
        picker: (_epoch, random) => classDraw(prior, random),
      });
    },
  };
}

/** The options of `squareRoot`: none. */
export const squareRootOptions = defineOptions('squareRoot', optionErrors.BAD_VALUE, {});

/** Square-root sampling: `interpolated({ q: 0.5 })`. */
export function squareRoot(options: NoOptions = {}): SamplerDefinition {
  squareRootOptions.read(options);
  return drawnByPower(0.5);
}

/** p_c ∝ n_c^q, `[classes]` summing to 1; classes without examples get 0 for every q. */
export function powerPrior(classCounts: readonly number[], q: number): Float64Array {
  return normalised(classCounts.map((count) => (count === 0 ? 0 : count ** q)));
}
