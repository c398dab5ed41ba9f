import { readFileSync } from 'node:fs';
import { fromArrays } from '@evenkeel/datasets-lt';
import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import { logitAdjust } from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import {
  CHECKPOINTS,
  cosine,
  createTrainer,
  definePlugin,
  exponentialMovingAverage,
} from '@evenkeel/trainer-core';
import type { PluginInput, Trainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { endToEnd } from '@evenkeel/end-to-end';
import { readTrainSettings, trainerFor } from 'evenkeel/train';

beforeAll(useCpuBackend);

const valuesOf = (trainer: Trainer) =>
  Object.fromEntries(
    trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync())]),
  );

const line = (trainer: Trainer, role: string) =>
  trainer
    .explain()
    .split('\n')
    .find((text) => text.startsWith(`  ${role} `))
    ?.replace(/\s+/g, ' ')
    .trim();

/** Keeps every checkpoint, one per batch. */
const keepAll = (kept: Uint8Array[]) =>
  definePlugin({
    name: 'keep-all',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.provide(CHECKPOINTS, {
        name: 'keep-all',
        isDue: () => true,
        save: ({ bytes }) => Promise.resolve(String(kept.push(bytes) - 1)),
        load: (location) => Promise.resolve(kept[Number(location)]),
      }),
  });

describe('the four plugins together', () => {
  const data = tinyDataset({ classCounts: [40, 16, 6, 2] });
  const make = (plugins: PluginInput) =>
    createTrainer({
      data,
      model: tinyBackbone({ features: 8 }),
      schedule: cosine({ base: 0.1 }),
      batchSize: 8,
      seed: 3,
      plugins,
    });
  const modules = () => [
    whitening(),
    logitAdjust({ tau: 1 }),
    b3rs({ blocks: 2 }),
    bet({ every: 2 }),
    exponentialMovingAverage(),
  ];

  it('resume at every batch equal to the unbroken run, bit for bit', async () => {
    const kept: Uint8Array[] = [];
    const whole = make([modules(), keepAll(kept)]);
    const result = await whole.fit({ epochs: 2 });
    expect(kept).toHaveLength(2 * 8 + 2);
    for (const [place, bytes] of kept.slice(0, -1).entries()) {
      const trainer = make([modules(), keepAll([bytes])]);
      await trainer.resume('0');
      const resumed = await trainer.fit({ epochs: 2 });
      expect(valuesOf(trainer), `after checkpoint ${place}`).toEqual(valuesOf(whole));
      expect(resumed.history).toEqual(result.history);
      await trainer.dispose();
    }
    await whole.dispose();
  });

  it('give the same weights in any order of the list, where the order cannot matter', async () => {
    const [w, l, s, e] = modules();
    const one = make([w, l, s, e]);
    const other = make([e, s, l, w]);
    await one.fit({ epochs: 1 });
    await other.fit({ epochs: 1 });
    expect(valuesOf(one)).toEqual(valuesOf(other));
    await one.dispose();
    await other.dispose();
  });

  it.each<[string, () => PluginInput, string]>([
    [
      'b3rs alone fills every batch',
      () => b3rs(),
      'SAMPLER b3rs (BALANCED_SAMPLER, since no plugin embeds it)',
    ],
    [
      'bet alone embeds class-balanced batches',
      () => bet(),
      'SAMPLER instance-balanced (default), decorated by @evenkeel/plugin-bet: instance-balanced with class-balanced embedded',
    ],
    [
      'both: bet embeds what b3rs makes',
      () => [b3rs(), bet()],
      'SAMPLER instance-balanced (default), decorated by @evenkeel/plugin-bet: instance-balanced with b3rs embedded',
    ],
  ])('%s', async (_what, plugins, expected) => {
    const trainer = make(plugins());
    expect(line(trainer, 'SAMPLER')).toBe(expected);
    await expect(trainer.fit({ epochs: 1 })).resolves.toMatchObject({ reason: 'done', steps: 8 });
    await trainer.dispose();
  });
});

describe('the main job', () => {
  const pixels = (count: number) => Uint8Array.from({ length: count * 28 * 28 }, (_, at) => (at * 31) % 256);
  const labels = (count: number) => Int32Array.from({ length: count }, (_, at) => at % 3);
  const data = fromArrays({
    name: 'fashion-mnist-lt (imbalance 100), seeded split',
    exampleShape: [28, 28, 1],
    classNames: ['a', 'b', 'c'],
    train: { images: pixels(24), labels: labels(24) },
    test: { images: pixels(6), labels: labels(6) },
  });
  const settings = readTrainSettings(['--batch', '8']);

  it('explains itself as docs/explain.md says', () => {
    const page = readFileSync(new URL('../../../docs/explain.md', import.meta.url), 'utf8');
    expect(page).toContain(trainerFor(endToEnd(), data, settings).explain());
  });
});
