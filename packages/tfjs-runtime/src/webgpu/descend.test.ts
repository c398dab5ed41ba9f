import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { expectClose, numbers } from '../ops/numbers.fixture.js';
import { tryWebgpu } from './try-webgpu.fixture.js';

const missing = await tryWebgpu();

describe.skipIf(missing)(`a descent with momentum on webgpu${missing ?? ''}`, () => {
  it('gives weight and velocity by the rule of sgd', async () => {
    await useBackend('webgpu');
    const [weight, gradient, velocity] = [1, 2, 3].map((seed) => numbers(70_001, seed));
    const inputs = {
      weight: tf.tensor1d(weight),
      gradient: tf.tensor1d(gradient),
      velocity: tf.tensor1d(velocity),
      learningRate: tf.scalar(0.1),
    };
    const [nextWeight, nextVelocity] = tf
      .engine()
      .runKernel<tf.Tensor[]>('EvenkeelDescend', inputs, { momentum: 0.9, decay: 0.02 });
    const expected = velocity.map((v, at) => 0.9 * v + gradient[at] + 0.02 * weight[at]);
    expectClose(await nextVelocity.data(), expected, 1e-6);
    expectClose(
      await nextWeight.data(),
      weight.map((w, at) => w - 0.1 * expected[at]),
      1e-6,
    );
    tf.dispose([inputs, nextWeight, nextVelocity]);
  });
});
