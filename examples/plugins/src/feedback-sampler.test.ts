import { createTrainer } from '@evenkeel/trainer-core';
import type { Metric } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { feedbackSampler } from './feedback-sampler.js';

describePlugin('feedbackSampler', () => feedbackSampler(), {
  wrongOptions: [
    {
      what: 'no attention at all',
      make: () => feedbackSampler({ least: 0 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'least',
    },
  ],
});

describe('feedbackSampler', () => {
  beforeAll(useCpuBackend);

  it('draws all classes alike, then those that did worse more often', async () => {
    // Of three classes the second one is never right.
    const metric: Metric = {
      name: 'accuracy',
      start: () => ({ add: () => undefined, result: () => ({ perClass: [1, 0, 1] }) }),
    };
    const drawn = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    const trainer = createTrainer({
      data: tinyDataset({ classCounts: [300, 60, 30] }),
      model: tinyBackbone(),
      batchSize: 30,
      metrics: [metric],
      plugins: feedbackSampler(),
    });
    trainer.hooks.batch$.subscribe((event) => {
      if (event.type !== 'batch-start') return;
      event.classCounts!.forEach((count, label) => (drawn[event.position.epoch][label] += count));
    });
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    for (const count of drawn[0]) expect(count / 390).toBeCloseTo(1 / 3, 1);
    expect(drawn[1][1] / 390).toBeCloseTo(1 / 1.2, 1);
  });
});
