import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { expect } from 'vitest';
import { Tensor } from '@tensorflow/tfjs-core';
import { testingErrors } from './errors.js';

/** Numbers in any form that tests meet: a tensor, an array or typed array, nested arrays, one number. */
export type Numbers = Tensor | number | ArrayLike<number> | readonly Numbers[];

/** How close is close: |received − expected| ≤ atol + rtol·|expected|, element by element. */
export interface Closeness {
  /** Relative tolerance; default 0.0001. */
  readonly rtol?: number;
  /** Absolute tolerance; default 0.000001. */
  readonly atol?: number;
}

/** The options of `toBeAllClose`. */
export const closenessOptions = defineOptions('toBeAllClose', testingErrors.BAD_OPTION, {
  rtol: number({ min: 0 }).default(1e-4, '0.0001'),
  atol: number({ min: 0 }).default(1e-6, '0.000001'),
} satisfies SpecOf<Closeness>);

declare module 'vitest' {
  interface Matchers<T> {
    /**
     * Every element is close to the expected one, and there are as many; where `expected` is a tensor or nested arrays
     * and the received value has a shape too, the shapes are equal. NaN is close to nothing.
     */
    toBeAllClose(expected: Numbers, closeness?: Closeness): T;
  }
}

/** Adds `toBeAllClose` to vitest's `expect`; call it at the top of a test file or in a setup file. */
export function installMatchers(): void {
  expect.extend({ toBeAllClose: compareAll });
}

function compareAll(
  received: Numbers,
  expected: Numbers,
  closeness: Closeness = {},
): { pass: boolean; message: () => string } {
  const { rtol, atol } = closenessOptions.read(closeness);
  const [shape, expectedShape] = [shapeOf(received), shapeOf(expected)];
  const [values, goal] = [flatten(received), flatten(expected)];
  const comparable = expectedShape.length > 1 || expected instanceof Tensor;
  if (values.length !== goal.length || (comparable && shape.join() !== expectedShape.join())) {
    return {
      pass: false,
      message: () => `expected shape [${expectedShape.join()}], received [${shape.join()}]`,
    };
  }
  const excess = values.map((value, i) => {
    if (value === goal[i]) return 0;
    const difference = Math.abs(value - goal[i]) - (atol + rtol * Math.abs(goal[i]));
    return Number.isNaN(difference) ? Infinity : Math.max(0, difference);
  });
  const far = excess.filter((amount) => amount > 0).length;
  const worst = excess.indexOf(excess.reduce((most, amount) => Math.max(most, amount), 0));
  return {
    pass: far === 0,
    message: () =>
      far === 0
        ? `expected an element to differ by more than ${atol} + ${rtol}·|expected|, all ${goal.length} are close`
        : `${far} of ${goal.length} elements differ by more than ${atol} + ${rtol}·|expected|; ` +
          `the worst is element ${worst}: received ${values[worst]}, expected ${goal[worst]}`,
  };
}

function shapeOf(numbers: Numbers): readonly number[] {
  if (numbers instanceof Tensor) return numbers.shape;
  if (typeof numbers === 'number') return [];
  return numbers.length > 0 ? [numbers.length, ...shapeOf(numbers[0])] : [0];
}

function flatten(numbers: Numbers): number[] {
  if (numbers instanceof Tensor) return Array.from(numbers.dataSync());
  if (typeof numbers === 'number') return [numbers];
  return Array.from<Numbers>(numbers as ArrayLike<Numbers>).flatMap(flatten);
}
