import { BALANCED_SAMPLER, createTrainer, definePlugin } from '@evenkeel/trainer-core';
import type { SamplerDefinition, Trainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bet } from './bet.js';
import type { BetOptions } from './bet.js';

beforeAll(useCpuBackend);

function trainerWith(options: BetOptions, ...others: ReturnType<typeof definePlugin>[]): Trainer {
  return createTrainer({
    data: tinyDataset({ classCounts: [40, 12, 4] }),
    model: tinyBackbone({ statistics: true }),
    batchSize: 8,
    plugins: [bet(options), others],
  });
}

/** Trains one epoch and tells for every batch its tag and which variables it changed. */
async function changes(trainer: Trainer): Promise<{ tag: string; changed: string[] }[]> {
  const valuesNow = () =>
    new Map(
      trainer
        .variables()
        .filter((info) => info.group !== 'optimizer')
        .map((info) => [info.name, info.variable.dataSync().join()]),
    );
  const seen: { tag: string; changed: string[] }[] = [];
  let before = new Map<string, string>();
  trainer.hooks.batch$.subscribe((event) => {
    const now = valuesNow();
    if (event.type === 'batch-end') {
      const changed = [...now.keys()].filter((name) => now.get(name) !== before.get(name));
      seen.push({ tag: event.tag, changed });
    }
    before = now;
  });
  await trainer.fit({ epochs: 1 });
  await trainer.dispose();
  return seen;
}

const ALL = ['backbone/kernel', 'backbone/bias', 'backbone/mean', 'classifier/kernel', 'classifier/bias'];

describe('bet in a trainer', () => {
  it("embeds the core's class-balanced sampler when no plugin brings another", () => {
    const explained = trainerWith({}).explain();
    expect(explained).toMatch(/ SAMPLER .*plugin-bet: instance-balanced with class-balanced embedded/);
    expect(explained).toMatch(
      / BALANCED_SAMPLER +class-balanced \(default\), used inside @evenkeel\/plugin-bet/,
    );
  });

  it('embeds the balanced sampler that another plugin brings, wherever it stands in the list', () => {
    const sampler: SamplerDefinition = {
      name: 'other-sampler',
      build: () => {
        throw new Error('not built here');
      },
    };
    const other = definePlugin({
      name: 'other',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(BALANCED_SAMPLER, sampler),
    });
    const explained = trainerWith({}, other).explain();
    expect(explained).toMatch(/ SAMPLER .*plugin-bet: instance-balanced with other-sampler embedded/);
    expect(explained).toMatch(
      / BALANCED_SAMPLER +other-sampler \(other\), used inside @evenkeel\/plugin-bet/,
    );
  });

  it('lets embedded batches change everything by default', async () => {
    const batches = await changes(trainerWith({ every: 2 }));
    expect(batches.map((batch) => batch.tag)).toEqual([
      'base',
      'base',
      'embedded',
      'base',
      'base',
      'embedded',
      'base',
    ]);
    for (const { changed } of batches) expect(changed.sort()).toEqual([...ALL].sort());
  });

  it.each([
    ['classifier' as const, ALL.slice(3)],
    ['statistics' as const, ['backbone/mean']],
  ])('lets embedded batches change the %s only', async (trains, expected) => {
    const batches = await changes(trainerWith({ every: 2, trains }));
    for (const { tag, changed } of batches)
      expect(changed.sort()).toEqual((tag === 'embedded' ? [...expected] : [...ALL]).sort());
  });
});
