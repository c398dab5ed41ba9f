import { list, number, oneOf } from '@evenkeel/errors';
import type { Option } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { ClassificationContext } from '@evenkeel/trainer-core';
import { asRow } from './class-numbers.js';

/**
 * Whose class distribution a loss goes by: that of the batch's own sampler (and tag), that of the training set, or a given
 * one, as counts or shares per class `[classes]`.
 */
export type PriorChoice = 'sampler' | 'dataset' | readonly number[];

/** What the option `prior` may be. */
export const priorChoice: Option<PriorChoice> = oneOf('sampler', 'dataset').or(
  list(number({ min: 0 })).where(
    'a list of counts or shares per class, none negative and not all 0',
    (shares) => shares.some((share) => share > 0),
  ),
);

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
