import * as tf from '@tensorflow/tfjs-core';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { array, assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { permute } from './permute.js';

await useCpuBackend();

it('orders axes as tf.transpose does', () => {
  const cases = array(integer({ min: 1, max: 4 }), { maxLength: 4 }).chain((shape) =>
    array(integer(), { minLength: shape.length, maxLength: shape.length }).map((keys) => ({
      shape,
      order: shape.map((_, axis) => axis).sort((a, b) => keys[a] - keys[b]),
    })),
  );
  assert(
    property(cases, ({ shape, order }) => {
      const size = shape.reduce((product, each) => product * each, 1);
      const values = Float32Array.from({ length: size }, (_, at) => at);
      const goal = tf.transpose(tf.tensor(values, shape), order);
      const result = permute(values, shape, order);
      expect(result).toEqual({ values: goal.dataSync(), shape: goal.shape });
      goal.dispose();
    }),
  );
});
