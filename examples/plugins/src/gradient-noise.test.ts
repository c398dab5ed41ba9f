import { createRandom, exponentialMovingAverage } from '@evenkeel/trainer-core';
import { describePlugin } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { gradientNoise, normalFrom } from './gradient-noise.js';

describePlugin('gradientNoise', () => gradientNoise({ eta: 0.3 }), {
  compiled,
  off: () => gradientNoise({ eta: 0 }),
  beside: { 'a moving average': () => exponentialMovingAverage() },
  wrongOptions: [
    {
      what: 'a negative variance',
      make: () => gradientNoise({ eta: -1 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'eta',
    },
    {
      what: 'noise that grows',
      make: () => gradientNoise({ gamma: -1 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'gamma',
    },
  ],
});

it('makes normal numbers of mean 0 and variance 1', () => {
  const random = createRandom(1, 'normal');
  const uniform = () => tf.tensor1d(Float32Array.from({ length: 10_000 }, () => random.uniform()));
  const values = normalFrom(uniform(), uniform()).dataSync<'float32'>();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
});
