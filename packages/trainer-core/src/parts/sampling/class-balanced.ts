import { defineOptions } from '@evenkeel/errors';
import type { NoOptions } from '@evenkeel/errors';
import type { SamplerDefinition } from '../../contract/sampler.js';
import { optionErrors } from '../../errors/option-errors.js';
import { Deck } from './deck.js';
import { classFirstSampler } from './class-first.js';
import { powerPrior } from './interpolated.js';

/** The options of `classBalanced`: none. */
export const classBalancedOptions = defineOptions('classBalanced', optionErrors.BAD_VALUE, {});

/**
 * Every class equally often: classes are dealt from a shuffled deck, so that each comes once before any comes again, and
 * the examples of every class from its own deck. Any C draws in a row from the start of an epoch hold every class once;
 * classes without examples are left out. Like Decoupling's ClassAwareSampler with one example per visit (Kang et al.,
 * 2020), but an epoch has as many batches as the instance-balanced one. Tag `base`; the prior is 1/C.
 */
export function classBalanced(options: NoOptions = {}): SamplerDefinition {
  classBalancedOptions.read(options);
  const name = 'class-balanced';
  return {
    name,
    task: 'classification',
    build(context) {
      const prior = powerPrior(context.classCounts, 0);
      const present = Int32Array.from(context.classCounts.keys()).filter((label) => prior[label] > 0);
      return classFirstSampler(name, context, {
        prior: () => prior,
        picker(_epoch, random) {
          const classes = new Deck(present, random);
          return () => classes.deal();
        },
      });
    },
  };
}
