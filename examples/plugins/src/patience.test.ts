import { createTrainer } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { patience } from './patience.js';

describePlugin('patience', () => patience({ epochs: 5 }), {
  observer: true,
  wrongOptions: [
    {
      what: 'no epoch',
      make: () => patience({ epochs: 0 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'epochs',
    },
  ],
});

it('stops when the loss has not fallen for so many epochs', async () => {
  const loss = { name: 'constant', loss: (logits: tf.Tensor2D) => tf.sum(tf.mul(logits, 0)) as tf.Scalar };
  const plugins = [patience({ epochs: 3 })];
  const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 18, loss, plugins });
  const { history, reason } = await trainer.fit({ epochs: 10 });
  expect([history.length, reason]).toEqual([4, 'the loss no longer falls']);
  await trainer.dispose();
});
