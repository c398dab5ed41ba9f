import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { definePlugin } from '../contract/define-plugin.js';
import type { PosthocTransform } from '../contract/step.js';
import { createTrainer } from '../create-trainer.js';
import { POSTHOC_TRANSFORMS } from '../roles/core-roles.js';
import { tinyBackbone, tinyDataset } from './tiny.fixture.js';

const adding = (value: number) =>
  definePlugin({
    name: 'adding',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) => {
      const transform: PosthocTransform = {
        name: 'add',
        transform: (logits) => tf.add(logits, tf.tensor1d([value, 0, 0])),
      };
      roles.contribute(POSTHOC_TRANSFORMS, transform);
    },
  });

it('NaN among the logits is refused, and −∞, which rules a class out, is not', async () => {
  const options = { data: tinyDataset(), model: tinyBackbone(), batchSize: 8 };
  const wrong = createTrainer({ ...options, plugins: [adding(NaN)] });
  await expect(wrong.evaluate()).rejects.toMatchObject({
    code: 'TRAINER_OUTPUT_NOT_FINITE',
    message: expect.stringMatching(/NaN for example 0 .* inputs are finite/) as string,
  });
  await wrong.dispose();
  const ruledOut = createTrainer({ ...options, plugins: [adding(-Infinity)] });
  expect((await ruledOut.evaluate()).perClass).toMatchObject([0, expect.any(Number), expect.any(Number)]);
  await ruledOut.dispose();
});

it('a value in the middle of a part is blamed on the data, with its place', async () => {
  const data = tinyDataset();
  const test: typeof data.test = {
    ...data.test,
    read(indices, into, randomOf) {
      void data.test.read(indices, into, randomOf);
      indices.forEach((index, row) => {
        if (index === 3) into[row * 4] = NaN;
      });
    },
  };
  const trainer = createTrainer({ data: { ...data, test }, model: tinyBackbone(), batchSize: 8 });
  await expect(trainer.evaluate()).rejects.toMatchObject({
    code: 'TRAINER_OUTPUT_NOT_FINITE',
    message: expect.stringMatching(/NaN for example 3 .* inputs hold NaN/) as string,
  });
  await trainer.dispose();
});
