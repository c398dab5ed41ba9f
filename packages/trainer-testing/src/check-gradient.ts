import { defineOptions, number, whole } from '@evenkeel/errors';
import type { ReadOptions, SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { testingErrors } from './errors.js';

/** How `finiteDifference` looks at a function. */
export interface FiniteDifferenceOptions {
  /** Distance to either side, times max(1, |x|) for each element; default 0.01. */
  readonly step?: number;
  /** Look at so many elements at most, evenly spread; default all. */
  readonly elements?: number;
}

/** How strictly `checkGradient` compares. */
export interface CheckGradientOptions extends FiniteDifferenceOptions {
  /** Allowed difference, relative to the largest element of the gradient; default 0.01. */
  readonly relativeTolerance?: number;
  /** Allowed difference on top of it; default 0.0001. */
  readonly absoluteTolerance?: number;
}

/** Slopes of a function at some elements of its argument. */
export interface Slopes {
  /** Flat indices of the elements, ascending. */
  readonly indices: readonly number[];
  /** The slope at each of these indices. */
  readonly values: readonly number[];
}

const differenceSpec = {
  step: number({ above: 0 }).default(0.01),
  elements: whole(1).optional('all'),
} satisfies SpecOf<FiniteDifferenceOptions>;

/** The options of `finiteDifference`. */
export const finiteDifferenceOptions = defineOptions(
  'finiteDifference',
  testingErrors.BAD_OPTION,
  differenceSpec,
);

/** The options of `checkGradient`. */
export const checkGradientOptions = defineOptions('checkGradient', testingErrors.BAD_OPTION, {
  ...differenceSpec,
  relativeTolerance: number({ min: 0 }).default(0.01),
  absoluteTolerance: number({ min: 0 }).default(1e-4),
} satisfies SpecOf<CheckGradientOptions>);

/**
 * The gradient of `f` at `x` by central differences. `f` is called twice per element, with a changed copy of `x`, or
 * with `x` itself where `x` is a variable: it is assigned in place and restored, so `f` may also use it by closure. Throws `TESTING_BAD_OPTION`.
 */
export function finiteDifference<X extends Tensor>(
  f: (x: X) => Scalar,
  x: X,
  options: FiniteDifferenceOptions = {},
): Slopes {
  return slopesOf(f, x, finiteDifferenceOptions.read(options));
}

function slopesOf<X extends Tensor>(
  f: (x: X) => Scalar,
  x: X,
  { step, elements = x.size }: ReadOptions<typeof differenceSpec>,
): Slopes {
  const original = Float32Array.from(x.dataSync());
  const valueAt = (changed: Float32Array): number =>
    tf.tidy(() => {
      const moved = tf.tensor(changed, x.shape);
      if (!(x instanceof tf.Variable)) return f(moved as X).dataSync()[0];
      x.assign(moved);
      return f(x).dataSync()[0];
    });

  const count = Math.min(elements, x.size);
  const indices = Array.from({ length: count }, (_, k) => Math.floor((k * x.size) / count));
  const values = indices.map((index) => {
    const distance = step * Math.max(1, Math.abs(original[index]));
    const above = original.slice();
    const below = original.slice();
    above[index] += distance;
    below[index] -= distance;
    // The arrays are float32: divide by the distance they really hold.
    return (valueAt(above) - valueAt(below)) / (above[index] - below[index]);
  });
  if (x instanceof tf.Variable) tf.tidy(() => x.assign(tf.tensor(original, x.shape)));
  return { indices, values };
}

/**
 * Compares the gradient of `f` at `x` (a tensor, or a variable that `f` uses) with central differences; throws
 * `TESTING_GRADIENT_MISMATCH`, which names the worst element. `f` must be a fixed function: the same `x` gives the same value.
 *
 * @example
 * checkGradient((x) => tf.sum(tf.square(x)), tf.tensor1d([1, -2, 3]));
 */
export function checkGradient<X extends Tensor>(
  f: (x: X) => Scalar,
  x: X,
  options: CheckGradientOptions = {},
): void {
  const { relativeTolerance, absoluteTolerance, ...difference } = checkGradientOptions.read(options);
  const analytic = tf.tidy(() =>
    tf
      .grad((value: Tensor) => f(value as X))(x)
      .dataSync(),
  );
  const numeric = slopesOf(f, x, difference);

  const largest = numeric.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const allowed = absoluteTolerance + relativeTolerance * largest;
  const differences = numeric.indices.map((index, k) => Math.abs(analytic[index] - numeric.values[k]));
  const wrong = differences.filter((difference) => !(difference <= allowed)).length;
  if (wrong === 0) return;

  const severity = differences.map((difference) => (Number.isNaN(difference) ? Infinity : difference));
  const worst = severity.indexOf(Math.max(...severity));
  throw testingErrors.GRADIENT_MISMATCH({
    wrong,
    checked: numeric.indices.length,
    index: numeric.indices[worst],
    received: analytic[numeric.indices[worst]],
    expected: numeric.values[worst],
    allowed,
  });
}
