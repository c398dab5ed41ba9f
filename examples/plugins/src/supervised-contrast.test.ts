import { AUXILIARY_LOSSES, createTrainer, definePlugin, instanceBalanced } from '@evenkeel/trainer-core';
import type { Trainer } from '@evenkeel/trainer-core';
import {
  checkGradient,
  describePlugin,
  tinyBackbone,
  tinyDataset,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { contrastiveLoss, supervisedContrast, unitRows } from './supervised-contrast.js';
import { twoViews } from './two-views.js';

describePlugin('supervisedContrast', () => supervisedContrast({ size: 4 }), {
  compiled,
  off: () => supervisedContrast({ weight: 0 }),
  wrongOptions: [
    {
      what: 'a temperature of 0',
      make: () => supervisedContrast({ temperature: 0 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'temperature',
    },
  ],
});

beforeAll(useCpuBackend);

const LABELS = [0, 1, 0, 2, 1, 0];
const points = () =>
  tf.tensor2d(
    LABELS.flatMap((_, row) => [Math.sin(row), Math.cos(2 * row), 0.3 * row]),
    [6, 3],
  );

/** The formula, pair by pair. */
function byHand(z: readonly (readonly number[])[], labels: readonly number[], temperature: number): number {
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, at) => sum + value * b[at], 0);
  const rows = z.map((zi, i) => {
    const others = z.flatMap((za, a) => (a === i ? [] : [Math.exp(dot(zi, za) / temperature)]));
    const total = others.reduce((sum, value) => sum + value, 0);
    const partners = z.filter((_, p) => p !== i && labels[p] === labels[i]);
    const logs = partners.map((zp) => Math.log(Math.exp(dot(zi, zp) / temperature) / total));
    return partners.length === 0 ? 0 : -logs.reduce((sum, value) => sum + value, 0) / partners.length;
  });
  return rows.reduce((sum, value) => sum + value, 0) / rows.length;
}

describe('contrastiveLoss', () => {
  it.each([0.1, 0.5, 2])('is the formula at temperature %d, lonely rows included', (temperature) => {
    const z = unitRows(points());
    const value = contrastiveLoss(z, tf.tensor1d(LABELS, 'int32'), temperature).dataSync()[0];
    expect(value).toBeCloseTo(byHand(z.arraySync(), LABELS, temperature), 4);
  });

  it('has the gradient of its differences', () => {
    const x = tf.variable(points());
    checkGradient(
      () => contrastiveLoss(unitRows(x as unknown as tf.Tensor2D), tf.tensor1d(LABELS, 'int32'), 0.5),
      x,
    );
    x.dispose();
  });
});

describe('supervisedContrast', () => {
  const make = (batchSize: number, plugins: Parameters<typeof createTrainer>[0]['plugins'] = []) =>
    createTrainer({
      data: tinyDataset(),
      model: tinyBackbone(),
      batchSize,
      plugins: [supervisedContrast({ size: 4, weight: 0.2 }), plugins],
    });

  it('gets two views of each image, and logs the loss, which falls', async () => {
    const seen: { indices: number[]; inputs: number[][] }[] = [];
    const looking = definePlugin({
      name: 'looking',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) =>
        roles.contribute(AUXILIARY_LOSSES, {
          name: 'looking',
          build: () => ({
            loss({ inputs }, { indices }) {
              const rows = tf.reshape(inputs, [-1, 16]) as tf.Tensor2D;
              seen.push({ indices: Array.from(indices.dataSync()), inputs: rows.arraySync() });
              return tf.scalar(0);
            },
          }),
        }),
    });
    const trainer = make(12, looking);
    const contrast: number[] = [];
    trainer.hooks.epoch$.subscribe((event) => {
      if (event.type === 'epoch-end') contrast.push(event.logged.contrast);
    });
    await trainer.fit({ epochs: 12, evaluateEvery: 0 });
    const [{ indices, inputs }] = seen;
    expect(indices.slice(6)).toEqual(indices.slice(0, 6));
    const differences = [0, 1, 2, 3, 4, 5].map((row) =>
      Math.max(...inputs[row].map((value, at) => Math.abs(value - inputs[row + 6][at]))),
    );
    // Augmentation adds up to 0.1 to each number.
    for (const difference of differences) {
      expect(difference).toBeGreaterThan(0.01);
      expect(difference).toBeLessThan(0.201);
    }
    expect(contrast.at(-1)).toBeLessThan(0.9 * contrast[0]);
    await trainer.dispose();
  });

  it('keeps its head out of the network', async () => {
    const trainer = make(12);
    await trainer.evaluate();
    const groups = (one: Trainer) => one.variables().filter(({ group }) => group === 'auxiliary');
    expect(groups(trainer).map(({ name }) => name)).toEqual([
      'auxiliary/supervised-contrast/hidden',
      'auxiliary/supervised-contrast/bias',
      'auxiliary/supervised-contrast/output',
    ]);
    await trainer.dispose();
  });

  it('refuses a batch that has no half', async () => {
    const trainer = make(7);
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(/EXAMPLE_ODD_BATCH.*7/);
    await trainer.dispose();
  });
});

describe('twoViews', () => {
  it('reads every example twice an epoch', () => {
    const labels = new Int32Array(10);
    const context = { labels, classCounts: [10], batchSize: 4, epochs: 1 };
    const sampler = twoViews(instanceBalanced()).build(context);
    expect(sampler.batchesIn(0)).toBe(5);
    const plan = sampler.plan(1, 0);
    const all = Array.from({ length: plan.length }, (_, at) => [...plan.batch(at).indices]).flat();
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at >> 1));
    expect(() => plan.batch(5)).toThrow(RangeError);
  });
});
