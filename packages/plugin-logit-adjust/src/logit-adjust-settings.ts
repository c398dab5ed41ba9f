import { defineOptions, number, oneOf } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { normalised } from '@evenkeel/trainer-core';
import { priorChoice } from './class-prior.js';
import type { PriorChoice } from './class-prior.js';
import { errors } from './errors.js';

/** Options of logit adjustment. */
export interface LogitAdjustOptions {
  /** Strength of the adjustment, 0 (none) or more; default 1. */
  readonly tau?: number;
  /**
   * Whose class distribution: that of the batch's own sampler, that of the training set, or a given one (counts or
   * shares per class, `[classes]`; normalised here). Default `sampler` in mode `loss`, `dataset` in mode `posthoc`.
   */
  readonly prior?: PriorChoice;
  /** `loss`: in front of the training loss; `posthoc`: in evaluation and prediction only. Default `loss`. */
  readonly mode?: 'loss' | 'posthoc';
}

/** Options of logit adjustment after training. */
export type PostHocOptions = Omit<LogitAdjustOptions, 'mode'>;

/** Options of balanced softmax. */
export type BalancedSoftmaxOptions = Pick<LogitAdjustOptions, 'prior'>;

/** Options with their defaults, checked. */
export interface LogitAdjustSettings {
  readonly tau: number;
  readonly prior: 'sampler' | 'dataset' | Float64Array;
  readonly mode: 'loss' | 'posthoc';
}

const tau = number({ min: 0 }).default(1);

/** The options of `logitAdjust`. */
export const logitAdjustOptions = defineOptions('logitAdjust', errors.BAD_OPTION, {
  tau,
  prior: priorChoice.optional("'sampler'"),
  mode: oneOf('loss', 'posthoc').default('loss'),
} satisfies SpecOf<LogitAdjustOptions>);

/** The options of `postHocLogitAdjust`. */
export const postHocOptions = defineOptions('postHocLogitAdjust', errors.BAD_OPTION, {
  tau,
  prior: priorChoice.default('dataset'),
} satisfies SpecOf<PostHocOptions>);

/** The options of `balancedSoftmax`. */
export const balancedSoftmaxOptions = defineOptions('balancedSoftmax', errors.BAD_OPTION, {
  prior: priorChoice.default('sampler'),
} satisfies SpecOf<BalancedSoftmaxOptions>);

/** Settings from options that were read; throws `LOGIT_ADJUST_POSTHOC_PRIOR`. */
export function logitAdjustSettings({
  tau,
  mode,
  prior = mode === 'loss' ? 'sampler' : 'dataset',
}: Pick<LogitAdjustSettings, 'tau' | 'mode'> & Pick<LogitAdjustOptions, 'prior'>): LogitAdjustSettings {
  if (mode === 'posthoc' && prior === 'sampler') throw errors.POSTHOC_PRIOR({ prior });
  return { tau, mode, prior: typeof prior === 'string' ? prior : normalised(prior) };
}
