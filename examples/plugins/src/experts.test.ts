import { constant, createTrainer, definePlugin, FEATURE_TRANSFORMS, sgd } from '@evenkeel/trainer-core';
import type { InitialWeights, Trainer } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { experts } from './experts.js';
import { sam } from './sam.js';

describePlugin('experts', () => experts({ count: 2 }), {
  compiled,
  microBatches: true,
  beside: { 'two evaluations per step': () => sam() },
  wrongOptions: [
    { what: 'no experts', make: () => experts({ count: 0 }), code: 'EXAMPLE_BAD_OPTION', option: 'count' },
  ],
});

describePlugin('experts with backbones', () => experts({ count: 2, backbones: true }), {
  compiled,
  microBatches: true,
  beside: { 'two evaluations per step': () => sam() },
});

/** Cuts features to `width`. */
const cutTo = (width: number) =>
  definePlugin({
    name: 'cut',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.contribute(FEATURE_TRANSFORMS, {
        name: 'cut',
        build: () => ({
          outputSize: width,
          apply: (x: tf.Tensor2D) => tf.slice2d(x, [0, 0], [x.shape[0], width]),
        }),
      }),
  });

describe('experts', () => {
  beforeAll(useCpuBackend);

  it('learn, each with its own weights', async () => {
    const data = tinyDataset();
    const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 6, plugins: experts() });
    const { evaluation } = await trainer.fit({ epochs: 10 });
    expect(evaluation!.all).toBe(1);
    const names = trainer.variables().map(({ name }) => name);
    expect(names).toContain('classifier/expert2/kernel');
    await trainer.dispose();
  });

  it('with backbones are what each would be alone, and say their mean', async () => {
    const data = tinyDataset({ noise: 0 });
    const whole = { data, model: tinyBackbone(), batchSize: 36, optimizer: sgd({ momentum: 0 }), seed: 4 };
    const schedule = constant(0.1);
    const both = createTrainer({ ...whole, schedule, plugins: experts({ count: 2, backbones: true }) });
    await both.evaluate();
    const valuesOf = (trainer: Trainer) =>
      trainer.variables().filter(({ group }) => group !== 'optimizer' && group !== 'auxiliary');
    const start = new Map(valuesOf(both).map(({ name, variable }) => [name, tf.clone(variable)]));
    await both.fit({ epochs: 3, evaluateEvery: 0 });
    const logits: Float32Array[] = [];
    for (const expert of ['expert0', 'expert1']) {
      const initialWeights: InitialWeights = {
        name: expert,
        initialise: async ({ variables }) => {
          for (const { name, variable } of variables) {
            variable.assign(start.get(name.replace('/', `/${expert}/`))!);
          }
        },
      };
      // The loss is the mean over experts, so that each moves by half of what it would alone.
      const alone = createTrainer({ ...whole, initialWeights, schedule: constant(0.05) });
      await alone.fit({ epochs: 3, evaluateEvery: 0 });
      const trained = new Map(valuesOf(both).map(({ name, variable }) => [name, variable]));
      for (const { name, variable } of valuesOf(alone)) {
        const other = trained.get(name.replace('/', `/${expert}/`))!;
        expect(tf.max(tf.abs(tf.sub(other, variable))).dataSync()[0], name).toBeLessThan(1e-5);
      }
      logits.push(await alone.predict(data.test));
      await alone.dispose();
    }
    const said = await both.predict(data.test);
    said.forEach((value, at) => expect(value).toBeCloseTo((logits[0][at] + logits[1][at]) / 2, 4));
    await both.dispose();
  });

  it('with backbones refuse features that cannot be shared out', async () => {
    const plugins = [cutTo(15), experts({ count: 2, backbones: true })];
    const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 6, plugins });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(/EXAMPLE_UNEVEN_FEATURES.*multiple of 2.*15/s);
    await trainer.dispose();
  });
});
