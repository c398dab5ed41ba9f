import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { definePlugin } from '../../contract/define-plugin.js';
import type { Metric } from '../../contract/metric.js';
import type { SetupContext, TrainerPlugin } from '../../contract/plugin.js';
import { createTrainer } from '../../create-trainer.js';
import type { TrainerOptions } from '../../create-trainer.js';
import { accuracy } from '../metrics/accuracy.js';
import * as roles from '../../roles/core-roles.js';
import { memoryCheckpoints } from '../checkpoints/memory-checkpoints.js';
import { tinyBackbone, tinyDataset } from '../../session/tiny.fixture.js';
import { friedman, friedmanTable, noHiddenLayer } from './friedman.fixture.js';
import { regression } from './regression.js';

beforeAll(() => tf.setBackend('cpu'));

const plugin = (setup: (context: SetupContext) => void, rest: Partial<TrainerPlugin> = {}) =>
  definePlugin({ name: 'mine', version: '1.0.0', api: '^2.0', setup, ...rest });
const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, ...options });
const onNumbers = (plugins: TrainerPlugin) =>
  createTrainer({
    data: friedmanTable({ friedman }),
    model: noHiddenLayer,
    task: regression(),
    plugins,
  });
const constantMetric = (name: string, values: Record<string, number>): Metric => ({
  name,
  start: () => ({ add: () => undefined, result: () => values }),
});
const evaluated = async (options: Partial<TrainerOptions>) => {
  const trainer = make(options);
  const values = await trainer.evaluate();
  await trainer.dispose();
  return values;
};

describe('a part that needs another task is refused by createTrainer', () => {
  it('as a plugin', () => {
    const needing = plugin(() => undefined, { task: 'classification' });
    expect(() => onNumbers(needing)).toThrow(
      /TRAINER_WRONG_TASK.*Plugin 'mine' is for the task 'classification'.*task is 'regression'.*Leave it out/s,
    );
    expect(() => make({ plugins: needing })).not.toThrow();
  });

  const transform = { name: 'part', task: 'classification', transform: (logits: tf.Tensor2D) => logits };
  it.each<[string, (context: SetupContext) => void]>([
    ['LOGIT_TRANSFORMS', ({ roles: to }) => to.contribute(roles.LOGIT_TRANSFORMS, transform)],
    ['POSTHOC_TRANSFORMS', ({ roles: to }) => to.contribute(roles.POSTHOC_TRANSFORMS, transform)],
    [
      'LOSS',
      ({ roles: to }) =>
        to.provide(roles.LOSS, { name: 'part', task: 'classification', loss: () => tf.scalar(0) }),
    ],
    [
      'AUXILIARY_LOSSES',
      ({ roles: to }) =>
        to.contribute(roles.AUXILIARY_LOSSES, {
          name: 'part',
          task: 'classification',
          build: () => ({ loss: () => tf.scalar(0) }),
        }),
    ],
    ['METRICS', ({ roles: to }) => to.contribute(roles.METRICS, { ...accuracy(), name: 'part' })],
  ])('as a value of %s', (role, setup) => {
    const refused = new RegExp(`TRAINER_WRONG_TASK.*${role} 'part' of mine.*'regression'`, 's');
    expect(() => onNumbers(plugin(setup))).toThrow(refused);
  });
});

describe("the task's metrics", () => {
  const TASKS = ['all', 'balanced', 'few', 'many', 'medium', 'perClass'];

  it('stay beside those that are contributed', async () => {
    const values = await evaluated({ metrics: [constantMetric('mine', { mine: 7 })] });
    expect(Object.keys(values).sort()).toEqual([...TASKS, 'mine'].sort());
  });

  it('are left out with taskMetrics: false, and the run is the same run', async () => {
    const store = memoryCheckpoints();
    const storing = plugin(({ roles: to }) => to.provide(roles.CHECKPOINTS, store));
    const metrics = [constantMetric('mine', { mine: 7 })];
    expect(await evaluated({ metrics, taskMetrics: false })).toEqual({ mine: 7 });
    const first = make({ metrics, taskMetrics: false, plugins: storing });
    await first.save();
    await first.dispose();
    const second = make({ plugins: storing });
    expect(await second.resume()).toBe(true);
    await second.dispose();
  });

  it('give way to one of the same name', async () => {
    expect(await evaluated({ metrics: [constantMetric('accuracy', { all: 0.25 })] })).toEqual({ all: 0.25 });
  });

  it('and others that give the same key are refused, with the metric named', async () => {
    await expect(evaluated({ metrics: [constantMetric('mine', { all: 1 })] })).rejects.toThrow(
      /TRAINER_DUPLICATE_METRIC.*'mine'.*'all'/s,
    );
  });
});
