import { createTrainer } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, expect, it } from 'vitest';
import { deferredReweighting, postHocLogitAdjust } from './index.js';

beforeAll(useCpuBackend);

const data = tinyDataset({ classCounts: [24, 8, 4] });
const make = (plugin: TrainerPlugin, counts: readonly number[] = data.classCounts) => {
  // The labels of the last class become those of the first where it is to be empty.
  const labels = data.train.labels.map((label) => (counts[label] === 0 ? 0 : label));
  const train = { ...data.train, labels };
  return createTrainer({
    data: { ...data, classCounts: counts, train },
    model: tinyBackbone(),
    batchSize: 8,
    plugins: plugin,
  });
};

it('a re-weighting that would never start ends the run before it begins', async () => {
  const trainer = make(deferredReweighting({ from: 3 }));
  await expect(trainer.fit({ epochs: 3 })).rejects.toThrow(/NEVER_STARTS.*received 3.*3 epochs/);
  await expect(trainer.fit({ epochs: 4 })).resolves.toMatchObject({ reason: 'done' });
  await trainer.dispose();
});

it('a post-hoc prior with an empty class is refused by the name of the class', async () => {
  const trainer = make(postHocLogitAdjust(), [28, 8, 0]);
  await expect(trainer.evaluate()).rejects.toThrow(/LOGIT_ADJUST_EMPTY_CLASS.*'tiny'.*'class 2'/);
  await trainer.dispose();
  const given = make(postHocLogitAdjust({ prior: [5, 2, 1] }), [28, 8, 0]);
  await expect(given.evaluate()).resolves.toHaveProperty('all');
  await given.dispose();
});
