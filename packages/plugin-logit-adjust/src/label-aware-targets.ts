import { defineOptions, number, oneOf } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { asRow, leastPresent, rowFor } from './class-numbers.js';
import type { ClassNumbers } from './class-numbers.js';
import { errors } from './errors.js';

/** How the smoothing falls from the largest class to the smallest. */
export type SmoothingShape = 'concave' | 'linear' | 'convex' | 'exp';

/** What label-aware smoothing is made of. */
export interface ClassSmoothingOptions {
  /** ε of the largest class, in [0, 1); default 0.4, MiSLAS's for CIFAR-100-LT at imbalance 100. */
  readonly head?: number;
  /** ε of the smallest class, in [0, 1); default 0.1. */
  readonly tail?: number;
  /** Default `concave`, the paper's best. */
  readonly shape?: SmoothingShape;
  /** Exponent p of `exp`, above 0: below 1 bent like `concave`, above 1 like `convex`. Required with it, for no other shape. */
  readonly power?: number;
}

/** What each option of the smoothing may be. */
export const smoothingSpec = {
  head: number({ min: 0, below: 1 }).default(0.4),
  tail: number({ min: 0, below: 1 }).default(0.1),
  shape: oneOf('concave', 'linear', 'convex', 'exp').default('concave'),
  power: number({ above: 0 }).optional('none'),
} satisfies SpecOf<ClassSmoothingOptions>;

/** The options of `classSmoothing`. */
export const smoothingOptions = defineOptions('classSmoothing', errors.BAD_OPTION, smoothingSpec);

const CURVES: Readonly<Record<SmoothingShape, (place: Tensor1D, power: number) => Tensor1D>> = {
  concave: (place) => tf.sin(tf.mul(place, Math.PI / 2)),
  linear: (place) => place,
  convex: (place) => tf.sub(1, tf.cos(tf.mul(place, Math.PI / 2))),
  exp: (place, power) => tf.pow(place, power),
};

/** Settings of the smoothing: options that were read. */
export type SmoothingSettings = Required<Omit<ClassSmoothingOptions, 'power'>> &
  Pick<ClassSmoothingOptions, 'power'>;

/** The settings, unless `power` is absent beside `exp` or given beside another shape; `refuse` makes the error. */
export function checkedSmoothing<Settings extends SmoothingSettings>(
  settings: Settings,
  refuse: (option: 'power', expected: string, received: unknown) => Error,
): Settings {
  const { shape, power } = settings;
  if (shape === 'exp' && power === undefined) {
    throw refuse('power', "a number above 0 beside shape 'exp'", power);
  }
  if (shape !== 'exp' && power !== undefined) throw refuse('power', `nothing beside shape '${shape}'`, power);
  return settings;
}

/**
 * The smoothing ε_c of every class, `[classes]`: tail + (head − tail)·f(r) with r = (n_c − n_min)/(n_max − n_min) and f(r) =
 * sin(πr/2) (concave), r (linear), 1 − cos(πr/2) (convex) or r^power (exp). Classes without examples count as the smallest; where all are equally
 * large, ε is that of the tail. Throws `LOGIT_ADJUST_BAD_OPTION` for a wrong `power`. Source: Zhong et al., "Improving Calibration for Long-Tailed Recognition" (MiSLAS),
 * CVPR 2021; `exp` is in the released code only (`methods.py`).
 *
 * @param counts Examples per class `[classes]`, or shares.
 * Throws `LOGIT_ADJUST_BAD_OPTION`.
 */
export function classSmoothing(counts: ClassNumbers, options: ClassSmoothingOptions = {}): Tensor1D {
  return smoothingOf(counts, checkedSmoothing(smoothingOptions.read(options), smoothingOptions.refuse));
}

/** The same from options that were read. */
export function smoothingOf(counts: ClassNumbers, { head, tail, shape, power }: SmoothingSettings): Tensor1D {
  return tf.tidy(() => {
    const row = asRow(counts);
    const least = leastPresent(row);
    const place = tf.divNoNan(tf.relu(tf.sub(row, least)), tf.sub(tf.max(row), least)) as Tensor1D;
    return tf.add(tf.mul(CURVES[shape](place, power ?? 1), head - tail), tail);
  });
}

/**
 * Targets `[batch, classes]` softened by class: what a row gives to class c keeps 1 − ε_c there, and ε_c is spread evenly over
 * the other classes. Rows still sum to 1. Throws `LOGIT_ADJUST_PRIOR_LENGTH`. Source: MiSLAS, whose released code counts the class itself among those that ε is spread over.
 *
 * @param smoothing ε_c in [0, 1), `[classes]`, from `classSmoothing`.
 */
export function labelAwareTargets(targets: Tensor2D, smoothing: ClassNumbers): Tensor2D {
  return tf.tidy(() => {
    const taken = tf.mul(targets, rowFor(targets, smoothing));
    const spread = tf.div(tf.sub(tf.sum(taken, 1, true), taken), targets.shape[1] - 1);
    return tf.add(tf.sub(targets, taken), spread) as Tensor2D;
  });
}
