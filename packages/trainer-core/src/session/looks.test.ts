import { expect, it } from 'vitest';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { tinyBackbone, tinyDataset } from './tiny.fixture.js';

it('asks compiled steps to look again when an epoch begins, before the last batch of the run, and before an evaluation', async () => {
  const asked: string[] = [];
  const compile: TrainerOptions['compile'] = (step, { name, where }) =>
    Object.assign(step.bind(undefined), {
      look: () => void asked.push(`${name} ${where?.() ?? ''}`),
      dispose: () => undefined,
    });
  const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, compile });
  await trainer.fit({ epochs: 3, evaluateEvery: 3 });
  await trainer.predict(tinyDataset().test);
  await trainer.dispose();
  expect(asked).toEqual([
    'base in epoch 2, at batch 1 (step 4 of the run)',
    'base in epoch 3, at batch 1 (step 7 of the run)',
    'base in epoch 3, at batch 3 (step 9 of the run)',
    'evaluation in epoch 3, at batch 4 (step 10 of the run)',
    'evaluation ',
  ]);
});
