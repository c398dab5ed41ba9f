import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { BACKENDS } from './backends.fixture.js';
import { expectClose, numbers, numericGradient } from './numbers.fixture.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';
import './register-gradients.js';

describe.each(BACKENDS)('softmaxCrossEntropy on $title', ({ name, ready }) => {
  describe.skipIf(!ready)('', () => {
    beforeAll(async () => void (await useBackend(name)));

    it('gives hand-computed losses for one-hot and soft targets', () => {
      const logits = tf.log(tf.tensor2d([1, 2, 5, 1, 1, 2], [2, 3])) as Tensor2D;
      const targets = tf.tensor2d([0, 0, 1, 0.5, 0, 0.5], [2, 3]);
      // softmax: 1/8, 2/8, 5/8 and 1/4, 1/4, 1/2
      const expected = [-Math.log(5 / 8), -0.5 * Math.log(1 / 4) - 0.5 * Math.log(1 / 2)];
      expectClose(softmaxCrossEntropy(logits, targets).dataSync(), expected, 1e-6);
    });

    it('has the gradient (softmax − targets), weighted per example', () => {
      const logits = tf.log(tf.tensor2d([1, 2, 5, 1, 1, 2], [2, 3])) as Tensor2D;
      const targets = tf.tensor2d([0, 0, 1, 0.5, 0, 0.5], [2, 3]);
      const weights = tf.tensor1d([8, 4]);
      const gradient = tf.grad((z) => tf.sum(tf.mul(softmaxCrossEntropy(z as Tensor2D, targets), weights)))(
        logits,
      );
      expectClose(gradient.dataSync(), [1, 2, -3, -1, 1, 0], 1e-6);
    });

    it('stays finite for logits of a thousand', () => {
      const loss = softmaxCrossEntropy(tf.tensor2d([[1000, 0, -1000]]), tf.tensor2d([[0, 1, 0]]));
      expect(loss.dataSync()[0]).toBe(1000);
    });

    it('leaves no tensor behind', () => {
      const [logits, targets] = [tf.zeros([2, 3]) as Tensor2D, tf.ones([2, 3]) as Tensor2D];
      const before = tf.memory().numTensors;
      softmaxCrossEntropy(logits, targets).dispose();
      tf.grad((z) => softmaxCrossEntropy(z as Tensor2D, targets))(logits).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});

describe('gradient of softmaxCrossEntropy', () => {
  it('agrees with finite differences', async () => {
    await useBackend('cpu');
    const values = numbers(12, 6);
    const targets = tf.softmax(tf.tensor2d(numbers(12, 7), [3, 4]));
    const loss = (z: tf.Tensor): tf.Tensor => tf.mean(softmaxCrossEntropy(z as Tensor2D, targets));
    const gradient = tf.grad(loss)(tf.tensor2d(values, [3, 4]));
    const numeric = numericGradient((z) => loss(tf.tensor2d(z, [3, 4])).dataSync()[0], values, 1e-2);
    expectClose(gradient.dataSync(), numeric, 1e-4);
  });
});
