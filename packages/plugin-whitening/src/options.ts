import { errors } from './errors.js';

const METHODS = ['zca', 'newton', 'cholesky', 'batch-norm'] as const;

/** How the whitening matrix is made; the formulas are in the README under "Our reading". */
export type WhiteningMethod = (typeof METHODS)[number];

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
  /** Whether a trained scale and shift per feature follow, default false: the linear classifier has its own. */
  readonly affine?: boolean;
}

/** Options that were checked and completed. */
export type WhiteningSettings = Readonly<Required<WhiteningOptions>>;

const DEFAULTS: WhiteningSettings = {
  method: 'zca',
  epsilon: 0.1,
  floor: 1e-5,
  iterations: 5,
  groups: 1,
  momentum: 0.1,
  statistics: 'all',
  blend: 0,
  affine: false,
};

/**
 * Checks options and fills in the defaults; an option that is `undefined` takes its default.
 *
 * @throws `WHITENING_UNKNOWN_OPTION` for a name that is not an option, `WHITENING_BAD_OPTION` for a value out of range.
 */
export function whiteningSettings(options: WhiteningOptions = {}): WhiteningSettings {
  for (const option of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, option))
      throw errors.UNKNOWN_OPTION({ option, known: Object.keys(DEFAULTS) });
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: WhiteningSettings = { ...DEFAULTS, ...Object.fromEntries(given) };
  for (const [option, [expected, holds]] of Object.entries(RULES)) {
    const received = settings[option as keyof WhiteningSettings];
    if (!holds(received)) throw errors.BAD_OPTION({ option, expected, received });
  }
  return settings;
}

type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

const RULES: Record<keyof WhiteningSettings, Rule> = {
  method: [
    `one of ${METHODS.map((name) => `'${name}'`).join(', ')}`,
    (value) => METHODS.some((name) => name === value),
  ],
  epsilon: ['a number from 0 to 1', (value) => isNumber(value) && value >= 0 && value <= 1],
  floor: ['a finite number above 0', (value) => isNumber(value) && value > 0],
  iterations: ['a whole number from 1 to 50', (value) => isWhole(value) && value <= 50],
  groups: ['a whole number of 1 or more', isWhole],
  momentum: ['a number above 0 and at most 1', (value) => isNumber(value) && value > 0 && value <= 1],
  statistics: ["'all' or a list of one or more batch tags", (value) => value === 'all' || isTagList(value)],
  blend: ['a number from 0 to 1', (value) => isNumber(value) && value >= 0 && value <= 1],
  affine: ['true or false', (value) => typeof value === 'boolean'],
};

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isWhole(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 1;
}

function isTagList(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((tag) => typeof tag === 'string' && tag !== '')
  );
}
