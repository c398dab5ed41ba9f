import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { checkOption } from './check-option.js';
import { asRow, leastPresent, rowFor } from './class-numbers.js';
import type { ClassNumbers } from './class-numbers.js';

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

const CURVES: Readonly<Record<SmoothingShape, (place: Tensor1D, power: number) => Tensor1D>> = {
  concave: (place) => tf.sin(tf.mul(place, Math.PI / 2)),
  linear: (place) => place,
  convex: (place) => tf.sub(1, tf.cos(tf.mul(place, Math.PI / 2))),
  exp: (place, power) => tf.pow(place, power),
};

/** The names of all shapes. */
export const SMOOTHING_SHAPES: readonly string[] = Object.keys(CURVES);

/** Throws `LOGIT_ADJUST_BAD_OPTION` unless `power` is an exponent beside `exp`, and absent beside every other shape. */
export function checkPower(factory: string, shape: SmoothingShape, power: number | undefined): void {
  if (shape === 'exp') {
    const holds = typeof power === 'number' && power > 0 && Number.isFinite(power);
    checkOption(factory, 'power', power, holds, "a number above 0 beside shape 'exp'");
  } else {
    checkOption(factory, 'power', power, power === undefined, `nothing beside shape '${shape}'`);
  }
}

/**
 * The smoothing ε_c of every class, `[classes]`: tail + (head − tail)·f(r) with r = (n_c − n_min)/(n_max − n_min) and f(r) =
 * sin(πr/2) (concave), r (linear), 1 − cos(πr/2) (convex) or r^power (exp). Classes without examples count as the smallest; where all are equally
 * large, ε is that of the tail. Throws `LOGIT_ADJUST_BAD_OPTION` for a wrong `power`. Source: Zhong et al., "Improving Calibration for Long-Tailed Recognition" (MiSLAS),
 * CVPR 2021; `exp` is in the released code only (`methods.py`).
 *
 * @param counts Examples per class `[classes]`, or shares.
 */
export function classSmoothing(counts: ClassNumbers, options: ClassSmoothingOptions = {}): Tensor1D {
  const { head = 0.4, tail = 0.1, shape = 'concave', power } = options;
  checkPower('classSmoothing', shape, power);
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
