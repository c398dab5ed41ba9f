import { expect, it } from 'vitest';
import { createTrainer } from '../create-trainer.js';
import { tinyBackbone, tinyDataset } from './tiny.fixture.js';

it('examples of another shape than those of training are refused, though the network could take them', async () => {
  const data = tinyDataset();
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 8 });
  await trainer.fit({ epochs: 1, evaluateEvery: 0 });
  const flat = { ...data.test, exampleShape: [4] };
  await expect(trainer.predict(flat)).rejects.toMatchObject({
    code: 'TRAINER_OTHER_SHAPE',
    message: expect.stringContaining('expected examples of shape [2, 2, 1]') as string,
  });
  expect(await trainer.predict(data.test)).toHaveLength(18);
  await trainer.dispose();
});
