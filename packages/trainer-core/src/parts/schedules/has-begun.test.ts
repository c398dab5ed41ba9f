import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasBegun } from './has-begun.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

describe('hasBegun', () => {
  it.each([
    [0, 3, [1, 1, 1]],
    [2, 4, [0, 0, 1, 1]],
    [9, 3, [0, 0, 0]],
    [0.6, 5, [0, 0, 0, 1, 1]],
    [0.1, 3, [0, 1, 1]],
    [0.95, 3, [0, 0, 1]],
    [0.5, 1, [1]],
  ])('from %d of %d epochs', (from, epochs, expected) => {
    const at = (epoch: number) => hasBegun(from, { epoch: tf.scalar(epoch), epochs: tf.scalar(epochs) });
    expect(expected.map((_, epoch) => at(epoch).dataSync()[0])).toEqual(expected);
    expect(at(0).dtype).toBe('float32');
  });
});
