import { combineEvaluations } from '@evenkeel/trainer-core';
import type { StepEvaluation, VariableInfo } from '@evenkeel/trainer-core';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { reduceEvaluation } from './reduce-evaluation.js';

beforeAll(() => useCpuBackend());

const SHAPES = [[3], [2, 2], []] as const;

/** What a rank has computed of its rows. */
function evaluationOf(
  values: readonly number[],
  weight: number,
  infos: readonly VariableInfo[],
): StepEvaluation {
  const tensor = (at: number) =>
    tf.tensor(SHAPES[at].length === 0 ? values[at] : Array<number>(at === 0 ? 3 : 4).fill(values[at]), [
      ...SHAPES[at],
    ]);
  return {
    loss: tf.scalar(values[3]),
    weight: tf.scalar(weight),
    gradients: new Map([
      [infos[0], tensor(0)],
      [infos[1], tensor(1)],
    ]),
    updates: new Map([[infos[2].variable, tensor(2)]]),
    logged: new Map([['norm', tf.scalar(values[4])]]),
  };
}

const numbersOf = ({ loss, weight, gradients, updates, logged }: StepEvaluation) =>
  [loss, weight, ...gradients.values(), ...updates.values(), ...logged.values()].map((tensor) => [
    tensor.shape,
    Array.from(tensor.dataSync()),
  ]);

/** All ranks at once: a reduction sees what every one gives at that place. */
function reduceAll(evaluations: readonly StepEvaluation[], counts: readonly number[]): StepEvaluation[] {
  const given: Tensor[][] = [];
  const pass = (rank: number, sums?: readonly Tensor[]) => {
    let place = 0;
    return reduceEvaluation(
      evaluations[rank],
      tf.scalar(counts[rank]),
      evaluations.length,
      <T extends Tensor>(x: T) => {
        (given[place] ??= [])[rank] = x;
        return (sums?.[place++] ?? (place++, x)) as T;
      },
    );
  };
  evaluations.forEach((_, rank) => pass(rank));
  const sums = given.map((tensors) => tf.addN(tensors));
  return evaluations.map((_, rank) => pass(rank, sums));
}

it('gives every rank the weighted means that the parts of one batch have, ranks without rows left out', () => {
  const infos = SHAPES.map(
    (shape, at) =>
      ({ name: String(at), variable: tf.variable(tf.zeros([...shape])) }) as unknown as VariableInfo,
  );
  const value = fc.double({ min: -8, max: 8, noNaN: true });
  const part = fc.record({
    values: fc.array(value, { minLength: 5, maxLength: 5 }),
    weight: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), part, (parts, idle) => {
      tf.tidy(() => {
        const evaluations = parts.map(({ values, weight }) => evaluationOf(values, weight, infos));
        const expected = numbersOf(combineEvaluations(evaluations)).flat(2);
        const all = [...evaluations, evaluationOf(idle.values, idle.weight, infos)];
        const reduced = reduceAll(all, [...parts.map(() => 1), 0]);
        for (const each of reduced) {
          const numbers = numbersOf(each);
          expect(numbers).toEqual(numbersOf(reduced[0]));
          expect(numbers.map(([shape]) => shape)).toEqual(numbersOf(all[0]).map(([shape]) => shape));
          numbers.flat(2).forEach((number, at) => expect(number).toBeCloseTo(expected[at], 4));
        }
      });
    }),
    { numRuns: 30 },
  );
});

it('sends what is larger than a bucket by itself, and the rest together', () => {
  tf.tidy(() => {
    const sizes = [10, 20, 1_200_000, 30];
    const gradients = new Map(
      sizes.map((size, at) => [{ name: String(at) } as VariableInfo, tf.ones([size])] as const),
    );
    const sent: number[] = [];
    const evaluation = {
      loss: tf.scalar(1),
      weight: tf.scalar(2),
      gradients,
      updates: new Map(),
      logged: new Map(),
    };
    const reduced = reduceEvaluation(evaluation, tf.scalar(1), 2, (x) => (sent.push(x.size), x));
    expect(sent).toEqual([1 + 1 + 30, 1_200_000, 20 + 10]); // the weight, the loss, and then the last first
    expect(Array.from(reduced.gradients.values(), ({ shape }) => shape[0])).toEqual(sizes);
  });
});
