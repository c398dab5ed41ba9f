import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { tryWebgpu } from './try-webgpu.fixture.js';

const missing = await tryWebgpu();

/** Sizes of 17 tensors, so that there are two rounds, and one that several workgroups share. */
const SIZES = Array.from({ length: 17 }, (_, at) => (at === 12 ? 20_000 : 3 * at + 1));

async function guard(spoilt?: { tensor: number; at: number; by: number }): Promise<number> {
  await useBackend('webgpu');
  const tensors = SIZES.map((size, tensor) => {
    const values = new Float32Array(size).fill(tensor === 3 ? 3.4e38 : -1);
    if (tensor === spoilt?.tensor) values[spoilt.at] = spoilt.by;
    return tf.tensor1d(values);
  });
  const before = tf.engine().backend.numDataIds();
  const finite = tf.engine().runKernel('EvenkeelFinite', Object.fromEntries(tensors.entries())) as tf.Scalar;
  expect(tf.engine().backend.numDataIds()).toBe(before + 1);
  expect(finite.shape).toEqual([]);
  const [value] = await finite.data();
  tf.dispose([...tensors, finite]);
  return value;
}

describe.skipIf(missing)(`the guard on webgpu${missing ?? ''}`, () => {
  it('is 0 for finite numbers, however large', async () => {
    expect(await guard()).toBe(0);
  });

  it.each([
    { tensor: 0, at: 0, by: NaN },
    { tensor: 12, at: 19_999, by: Infinity },
    { tensor: 12, at: 8_191, by: -Infinity },
    { tensor: 16, at: 48, by: NaN },
  ])('is NaN where one number of one tensor is not: %o', async (spoilt) => {
    expect(await guard(spoilt)).toBeNaN();
  });
});
