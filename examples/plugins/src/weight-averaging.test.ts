import {
  CHECKPOINTS,
  createTrainer,
  definePlugin,
  EVALUATION_WEIGHTS,
  exponentialMovingAverage,
  fromCheckpoint,
  memoryCheckpoints,
} from '@evenkeel/trainer-core';
import type { PluginInput, Trainer, TrainerOptions } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';
import { describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { weightAveraging } from './weight-averaging.js';

describePlugin('weightAveraging', () => weightAveraging({ from: 4, every: 3 }), {
  compiled,
  beside: { 'a moving average, which wants the same role': () => exponentialMovingAverage() },
  wrongOptions: [
    {
      what: 'a beginning before the first step',
      make: () => weightAveraging({ from: 0 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'from',
    },
  ],
});

const make = (plugins: PluginInput, more: Partial<TrainerOptions> = {}): Trainer =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, ...more, plugins });

const kernelOf = (trainer: Trainer, name = 'classifier/kernel'): number[] => [
  ...trainer
    .variables()
    .find((info) => info.name === name)!
    .variable.dataSync(),
];

const MEAN = 'optimizer/weight-averaging/classifier/kernel';

/** The classifier's kernel after every step of a run, and the mean that the plugin keeps. */
async function watch(trainer: Trainer, epochs: number): Promise<{ kernels: number[][]; means: number[][] }> {
  const [kernels, means]: [number[][], number[][]] = [[], []];
  trainer.hooks.step$.subscribe((event) => {
    if (event.type !== 'step-end') return;
    kernels.push(kernelOf(trainer));
    means.push(kernelOf(trainer, MEAN));
  });
  await trainer.fit({ epochs });
  return { kernels, means };
}

describe('weightAveraging', () => {
  it('keeps the mean of the weights after step 4, 7 and 10, and the weights themselves before', async () => {
    const trainer = make(weightAveraging({ from: 4, every: 3 }));
    const { kernels, means } = await watch(trainer, 2); // 36 examples: five batches an epoch
    expect(means.slice(0, 3)).toEqual(kernels.slice(0, 3));
    const mean = (steps: number[]) =>
      kernels[0].map((_, at) => steps.reduce((sum, step) => sum + kernels[step - 1][at], 0) / steps.length);
    for (const [step, steps] of [
      [4, [4]],
      [6, [4]],
      [7, [4, 7]],
      [9, [4, 7]],
      [10, [4, 7, 10]],
    ] as const) {
      means[step - 1].forEach((value, at) => expect(value).toBeCloseTo(mean([...steps])[at], 6));
    }
    await trainer.dispose();
  });

  it('leaves the trained weights as they are, and evaluates with the means', async () => {
    const [plain, averaged] = [make([]), make(weightAveraging({ from: 2 }))];
    await plain.fit({ epochs: 2 });
    await averaged.fit({ epochs: 2 });
    expect(kernelOf(averaged)).toEqual(kernelOf(plain));
    const { test } = tinyDataset();
    expect(await averaged.predict(test)).not.toEqual(await plain.predict(test));
    expect(averaged.explain()).toContain(`${EVALUATION_WEIGHTS.name}   stochastic weight averaging`);
    await Promise.all([plain.dispose(), averaged.dispose()]);
  });

  it('ends with the means in the weights when a run from its checkpoint reads the data once more', async () => {
    const checkpoints = memoryCheckpoints();
    const kept = definePlugin({
      name: 'kept',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(CHECKPOINTS, checkpoints),
    });
    const model = tinyBackbone({ statistics: true });
    const averaged = make([weightAveraging({ from: 2 }), kept], { model });
    await averaged.fit({ epochs: 2 });
    await averaged.save();
    const still = { name: 'still', learningRate: () => 0 };
    const again = make([], { model, schedule: still, initialWeights: fromCheckpoint(checkpoints) });
    await again.fit({ epochs: 1 });
    expect(kernelOf(again)).toEqual(kernelOf(averaged, MEAN));
    const statisticOf = (trainer: Trainer) =>
      trainer
        .variables()
        .filter(({ group, kind }) => group === 'backbone' && kind === 'statistic')
        .map(({ variable }) => Array.from(variable.dataSync<'float32'>()));
    expect(statisticOf(again)).toHaveLength(1);
    expect(statisticOf(again)).not.toEqual(statisticOf(averaged));
    await Promise.all([averaged.dispose(), again.dispose()]);
  });
});
