import { useCpuBackend } from '@evenkeel/trainer-testing';
import type { CommonState } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { digestsOf, firstDifference } from './digests.js';

beforeAll(useCpuBackend);

function stateOf(
  values: Record<string, number[]>,
  facts: Record<string, unknown> = { seed: 1 },
): CommonState {
  const variables = Object.entries(values).map(([name, numbers]) => ({
    name,
    group: 'backbone',
    kind: 'weight' as const,
    decay: true,
    variable: tf.variable(tf.tensor1d(numbers)),
  }));
  return { facts, variables };
}

it('names the first thing that a rank has otherwise', async () => {
  const same = await digestsOf(stateOf({ a: [1, 2], b: [3] }));
  const difference = async (other: CommonState) => firstDifference([same, same, await digestsOf(other)]);
  expect(await difference(stateOf({ a: [1, 2], b: [3] }))).toBeUndefined();
  expect(await difference(stateOf({ a: [1, 2], b: [3 + 2 ** -22] }))).toEqual({
    rank: 2,
    what: "variable 'b'",
  });
  expect(await difference(stateOf({ a: [1, 2] }))).toEqual({ rank: 2, what: "variable 'b'" });
  expect(await difference(stateOf({ a: [0, 2], b: [3] }, { seed: 2 }))).toEqual({
    rank: 2,
    what: 'seed',
    expected: '1',
    received: '2',
  });
  expect(await difference(stateOf({ a: [1, 2], b: [3] }, {}))).toEqual({
    rank: 2,
    what: 'seed',
    expected: '1',
    received: 'no seed',
  });
});

it('sees no difference in the kind of array that a backend keeps the same numbers in', async () => {
  const [cast, plain] = [stateOf({ a: [0] }), stateOf({ a: [1] })];
  cast.variables[0].variable.assign(tf.cast(tf.greater(tf.tensor1d([2]), 1), 'float32'));
  expect(firstDifference([await digestsOf(plain), await digestsOf(cast)])).toBeUndefined();
});
