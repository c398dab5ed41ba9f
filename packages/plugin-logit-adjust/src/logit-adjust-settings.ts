import { normalised } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of logit adjustment. */
export interface LogitAdjustOptions {
  /** Strength of the adjustment, 0 (none) or more; default 1. */
  readonly tau?: number;
  /**
   * Whose class distribution: that of the batch's own sampler, that of the training set, or a given one (counts or
   * shares per class, `[classes]`; normalised here). Default `sampler` in mode `loss`, `dataset` in mode `posthoc`.
   */
  readonly prior?: 'sampler' | 'dataset' | readonly number[];
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
export function logitAdjustSettings(options: LogitAdjustOptions = {}): LogitAdjustSettings {
  const { tau = 1, mode = 'loss' } = options;
  const { prior = mode === 'loss' ? 'sampler' : 'dataset' } = options;
  if (!(Number.isFinite(tau) && tau >= 0))
    throw errors.BAD_OPTION({ option: 'tau', expected: 'a number, 0 or more', received: tau });
  if (mode !== 'loss' && mode !== 'posthoc')
    throw errors.BAD_OPTION({ option: 'mode', expected: "'loss' or 'posthoc'", received: mode });
  if (mode === 'posthoc' && prior === 'sampler') throw errors.POSTHOC_PRIOR({ prior });
  return { tau, mode, prior: checkedPrior(prior) };
}

function checkedPrior(prior: NonNullable<LogitAdjustOptions['prior']>): LogitAdjustSettings['prior'] {
  if (prior === 'sampler' || prior === 'dataset') return prior;
  const shares = Array.isArray(prior) && prior.every((share) => Number.isFinite(share) && share >= 0);
  if (!shares || !prior.some((share) => share > 0)) {
    const expected = "'sampler', 'dataset', or counts or shares per class, none negative and not all 0";
    throw errors.BAD_OPTION({ option: 'prior', expected, received: prior });
  }
  return normalised(prior);
}
