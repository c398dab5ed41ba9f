import { createTrainer, definePlugin, SAMPLER } from '@evenkeel/trainer-core';
import type { Metric, Sampler } from '@evenkeel/trainer-core';
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

  it('plans an epoch from what was heard before it, whenever it is asked', async () => {
    let sampler: Sampler | undefined;
    const keeping = definePlugin({
      name: 'keeping',
      version: '1.0.0',
      api: '^2.0',
      after: ['example-feedback-sampler'],
      setup: ({ roles }) =>
        roles.decorate(SAMPLER, (inner) => ({
          name: inner.name,
          build: (context) => (sampler = inner.build(context)),
        })),
    });
    const plugins = [feedbackSampler(), keeping];
    const data = tinyDataset({ classCounts: [40, 16, 6], spread: 3 });
    const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 8, seed: 5, plugins });
    const batchesOf = (epoch: number) => {
      const plan = sampler!.plan(5, epoch);
      return Array.from({ length: plan.length }, (_, at) => [...plan.batch(at).indices]);
    };
    const priorOf = (epoch: number) => [...sampler!.classPrior('base', epoch)];
    const planned: { batches: number[][]; prior: number[] }[] = [];
    trainer.hooks.epoch$.subscribe(({ type, position: { epoch } }) => {
      if (type === 'epoch-start') planned.push({ batches: batchesOf(epoch), prior: priorOf(epoch) });
    });
    await trainer.fit({ epochs: 4 });
    await trainer.dispose();
    for (const [epoch, { batches, prior }] of planned.entries()) {
      expect(batchesOf(epoch)).toEqual(batches);
      expect(priorOf(epoch)).toEqual(prior);
    }
    // It hears something else after every epoch; else the test above would say nothing.
    expect(new Set(planned.map(({ prior }) => prior.join())).size).toBe(4);
  });

  it('says what is missing where evaluations have no accuracy of classes', async () => {
    const data = tinyDataset();
    const plugins = feedbackSampler();
    const trainer = createTrainer({ data, model: tinyBackbone(), taskMetrics: false, batchSize: 8, plugins });
    await expect(trainer.fit({ epochs: 2 })).rejects.toThrow(/TRAINER_NOT_MEASURED.*'perClass'/s);
    await trainer.dispose();
  });
});
