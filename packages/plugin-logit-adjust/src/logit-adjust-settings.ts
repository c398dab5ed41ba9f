import { normalised } from '@evenkeel/trainer-core';
import { checkAmount, checkOption } from './check-option.js';
import { checkPrior } from './class-prior.js';
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

/** Options with their defaults, checked. */
export interface LogitAdjustSettings {
  readonly tau: number;
  readonly prior: 'sampler' | 'dataset' | Float64Array;
  readonly mode: 'loss' | 'posthoc';
}

/** Fills in the defaults; throws `LOGIT_ADJUST_BAD_OPTION` or `LOGIT_ADJUST_POSTHOC_PRIOR`. */
export function logitAdjustSettings(
  options: LogitAdjustOptions = {},
  factory = 'logitAdjust',
): LogitAdjustSettings {
  const { tau = 1, mode = 'loss' } = options;
  const { prior = mode === 'loss' ? 'sampler' : 'dataset' } = options;
  checkAmount(factory, 'tau', tau);
  checkOption(factory, 'mode', mode, mode === 'loss' || mode === 'posthoc', "'loss' or 'posthoc'");
  if (mode === 'posthoc' && prior === 'sampler') throw errors.POSTHOC_PRIOR({ prior });
  checkPrior(factory, prior);
  return { tau, mode, prior: typeof prior === 'string' ? prior : normalised(prior) };
}
