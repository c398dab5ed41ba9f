import * as tf from '@tensorflow/tfjs-core';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, expect, it } from 'vitest';
import { toGraphModel } from './to-graph-model.js';

beforeAll(useCpuBackend);

it.each([NaN, Infinity])('refuses a network with a weight of %d', async (value) => {
  const kernel = tf.tensor2d([1, 2, value, 4], [2, 2]);
  const exported = toGraphModel((x) => tf.matMul(x as tf.Tensor2D, kernel), { exampleShape: [2] });
  await expect(exported).rejects.toThrow(/EXPORT_NOT_FINITE.*\[2, 2\].*holds/);
  kernel.dispose();
});
