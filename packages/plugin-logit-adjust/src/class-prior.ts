import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { ClassificationContext } from '@evenkeel/trainer-core';
import { asRow } from './class-numbers.js';
import { checkOption } from './check-option.js';

/**
 * Whose class distribution a loss goes by: that of the batch's own sampler (and tag), that of the training set, or a given
 * one, as counts or shares per class `[classes]`.
 */
export type PriorChoice = 'sampler' | 'dataset' | readonly number[];

/** Throws `LOGIT_ADJUST_BAD_OPTION` unless it is one of the two words, or numbers of which none is negative and some are not 0. */
export function checkPrior(factory: string, prior: unknown): void {
  const holds =
    prior === 'sampler' ||
    prior === 'dataset' ||
    (Array.isArray(prior) &&
      prior.every((share) => Number.isFinite(share) && share >= 0) &&
      prior.some((share) => share > 0));
  const expected = "'sampler', 'dataset', or counts or shares per class, none negative and not all 0";
  checkOption(factory, 'prior', prior, holds, expected);
}

/**
 * Examples per class as the choice sees them, `[classes]`: the training set's; for `sampler` as many in all, distributed as the
 * batch is drawn; or the given ones.
 */
export function countsUnder(
  prior: PriorChoice,
  { classPrior, classCounts }: ClassificationContext,
): Tensor1D {
  if (prior === 'sampler') return tf.mul(classPrior, tf.sum(classCounts));
  return prior === 'dataset' ? classCounts : asRow(prior);
}

/** For `explain()`. */
export function priorInWords(prior: PriorChoice): string {
  if (prior === 'sampler') return "the batch's own sampler's prior";
  return prior === 'dataset' ? "the training set's prior" : 'a given prior';
}
