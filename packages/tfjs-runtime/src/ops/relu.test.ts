import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { BACKENDS } from './backends.fixture.js';
import { numbers } from './numbers.fixture.js';
import { relu } from './relu.js';
import './register-gradients.js';

describe.each(BACKENDS)('relu on $title', ({ name, ready }) => {
  describe.skipIf(!ready)('', () => {
    beforeAll(async () => void (await useBackend(name)));

    it('is max(x, 0)', () => {
      expect(Array.from(relu(tf.tensor1d([-2, 0, 0.5, 3])).dataSync())).toEqual([0, 0, 0.5, 3]);
    });

    it('passes the gradient where x > 0 and stops it elsewhere, at 0 too', () => {
      const gradient = tf.grad((x) => tf.mul(relu(x), tf.tensor1d([5, 6, 7, 8])))(
        tf.tensor1d([-1, 0, 1e-3, 2]),
      );
      expect(Array.from(gradient.dataSync())).toEqual([0, 0, 7, 8]);
    });

    it('has the values and gradients of tf.relu', () => {
      const x = tf.tensor4d(numbers(96, 5), [2, 4, 4, 3]);
      const squared = (f: typeof relu) => tf.valueAndGrad((z) => tf.sum(tf.square(f(z))))(x);
      const [own, reference] = [squared(relu), squared(tf.relu)];
      expect(own.value.dataSync()).toEqual(reference.value.dataSync());
      expect(own.grad.dataSync()).toEqual(reference.grad.dataSync());
    });
  });
});
