import { defineOptions, flag, list, number, oneOf, text, whole } from '@evenkeel/errors';
import type { OptionFault, SpecOf } from '@evenkeel/errors';
import { errors } from './errors.js';

/** How the whitening matrix is made; the formulas are in the README under "Our reading". */
export type WhiteningMethod = 'zca' | 'newton' | 'cholesky' | 'batch-norm';

/** How a covariance becomes a whitening matrix. */
export interface MatrixOptions {
  /** `zca` (default), `newton`, `cholesky`, or `batch-norm`: every feature standardised on its own. */
  readonly method?: WhiteningMethod;
  /**
   * Relative shrinkage towards a multiple of the identity, 0..1, default 0.1: no direction is amplified more than
   * `1/√epsilon` times as much as one of average variance. Without effect for `batch-norm`.
   */
  readonly epsilon?: number;
  /** Variance added to every direction, above 0, default 1e-5; features far below it count as constant. */
  readonly floor?: number;
  /** Newton iterations, 1..50, default 5; used by `newton` only. */
  readonly iterations?: number;
}

/** How a batch of features is whitened. */
export interface WhitenOptions extends MatrixOptions {
  /** Contiguous groups of equal size, each whitened on its own; must divide the features; default 1. Without effect for `batch-norm`. */
  readonly groups?: number;
}

/** Options of the plugin and of `whiteningTransform`. */
export interface WhiteningOptions extends WhitenOptions {
  /** Weight of the newest batch in the running mean and covariance, above 0 up to 1, default 0.1. */
  readonly momentum?: number;
  /** Batch tags that update the running mean and covariance; default `all`. */
  readonly statistics?: 'all' | readonly string[];
  /** Weight of the running mean and covariance while training, 0..1, default 0: the batch's own alone. */
  readonly blend?: number;
  /**
   * What counts alike in the mean and covariance of a batch: its `rows` (default), or its `classes`, however many rows of each it holds
   * (of those that are computed together); for classification.
   */
  readonly weighting?: 'rows' | 'classes';
  /**
   * The first epoch with whitening, zero-based, as a whole number; below 1 the share of the run before it, which leaves at least the last epoch;
   * default 0. Until then features pass as they are, and the running mean and covariance follow them.
   */
  readonly from?: number;
  /** Whether a trained scale and shift per feature follow, default false: the linear classifier has its own. */
  readonly affine?: boolean;
}

/** Options that were checked and completed. */
export type WhiteningSettings = Readonly<Required<WhiteningOptions>>;

/** What a whitening matrix is made from, checked and completed. */
export type MatrixSettings = Readonly<Required<MatrixOptions>>;

const matrixSpec = {
  method: oneOf('zca', 'newton', 'cholesky', 'batch-norm').default('zca'),
  epsilon: number({ min: 0, max: 1 }).default(0.1),
  floor: number({ above: 0 }).default(1e-5, '1e-5'),
  iterations: whole(1, 50).default(5),
} satisfies SpecOf<MatrixOptions>;

const whitenSpec = { ...matrixSpec, groups: whole(1).default(1) } satisfies SpecOf<WhitenOptions>;

const whiteningSpec = {
  ...whitenSpec,
  momentum: number({ above: 0, max: 1 }).default(0.1),
  statistics: oneOf('all')
    .or(list(text('a batch tag'), 1))
    .default('all'),
  blend: number({ min: 0, max: 1 }).default(0),
  weighting: oneOf('rows', 'classes').default('rows'),
  from: whole()
    .or(number({ above: 0, below: 1 }))
    .default(0),
  affine: flag().default(false),
} satisfies SpecOf<WhiteningOptions>;

const refusal = (fault: OptionFault): Error =>
  fault.problem === 'unknown' ? errors.UNKNOWN_OPTION(fault) : errors.BAD_OPTION(fault);

/** The options of `whiteningMatrix`. */
export const matrixOptions = defineOptions('whiteningMatrix', refusal, matrixSpec);

/** The options of `whiten`. */
export const whitenOptions = defineOptions('whiten', refusal, whitenSpec);

/** The options of `whitening`, and of `whiteningTransform`. */
export const whiteningOptions = defineOptions('whitening', refusal, whiteningSpec);

/**
 * Checks options and fills in the defaults; an option that is `undefined` takes its default.
 *
 * Throws `WHITENING_UNKNOWN_OPTION` for a name that is not an option, `WHITENING_BAD_OPTION` for a value out of range.
 */
export function whiteningSettings(options: WhiteningOptions = {}): WhiteningSettings {
  return whiteningOptions.read(options);
}
