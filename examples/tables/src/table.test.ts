import { endToEnd } from '@evenkeel/end-to-end';
import { diagnostics } from '@evenkeel/plugin-diagnostics';
import {
  accuracy,
  adamW,
  cosine,
  createRandom,
  createTrainer,
  cutout,
  memoryCheckpoints,
} from '@evenkeel/trainer-core';
import { CHECKPOINTS, definePlugin, mixup, valuesOf } from '@evenkeel/trainer-core';
import type { PluginInput, Trainer, TrainerOptions } from '@evenkeel/trainer-core';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { mlp } from './mlp.js';
import { tableDataset } from './table-dataset.js';
import type { Table, TableRow } from './table-dataset.js';

const random = createRandom(7, 'table');
const COLUMNS = 6;
/** Columns of very different size; the classes lie one after the other, a rare one beside a frequent one. */
const centres = Array.from({ length: 4 }, () => Array.from({ length: COLUMNS }, () => 1.6 * random.normal()));
const rows = (counts: readonly number[]): TableRow[] =>
  counts.flatMap((count, label) =>
    Array.from({ length: count }, () => ({
      label,
      values: centres[label].map((centre, column) => 10 ** column * (5 + centre + random.normal())),
    })),
  );
const table: Table = {
  name: 'table',
  columns: Array.from({ length: COLUMNS }, (_, at) => `column ${at}`),
  classNames: ['a', 'b', 'c', 'd'],
  train: rows([200, 60, 20, 6]),
  validation: rows([20, 20, 20, 20]),
  test: rows([20, 20, 20, 20]),
};

const make = (plugins: PluginInput, more: Partial<TrainerOptions> = {}) =>
  createTrainer({
    data: tableDataset(table),
    model: mlp({ widths: [24, 16] }),
    optimizer: adamW(),
    schedule: cosine({ base: 0.01 }),
    batchSize: 32,
    seed: 1,
    plugins,
    ...more,
  });
/** All that images get, for rows of numbers. */
const everything = () => [endToEnd({ bet: { every: 2 } }), mixup({ alpha: 0.2 }), diagnostics({ every: 2 })];
const weightsOf = (trainer: Trainer) =>
  trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync<'float32'>())]);

describe('tableDataset', () => {
  it('standardises every column by the training part', async () => {
    const { train, test, normalisation, classCounts } = tableDataset(table);
    expect(classCounts).toEqual([200, 60, 20, 6]);
    const values = new Float32Array(train.size * COLUMNS);
    await train.read(
      Int32Array.from({ length: train.size }, (_, at) => at),
      values,
    );
    for (let column = 0; column < COLUMNS; column++) {
      const own = values.filter((_, at) => at % COLUMNS === column);
      const mean = own.reduce((a, b) => a + b, 0) / own.length;
      expect(mean).toBeCloseTo(0, 5);
      expect(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length).toBeCloseTo(1, 4);
    }
    const row = new Float32Array(COLUMNS);
    await test.read(Int32Array.of(3), row);
    const { mean, std } = normalisation!;
    const expected = table.test[3].values.map((value, at) => (value - mean[at]) / std[at]);
    row.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5));
  });

  it('leaves a column that never changes at 0, and refuses what is no number', async () => {
    const two = (values: readonly number[][]) => values.map((each, label) => ({ values: each, label }));
    const small = { name: 's', columns: ['x', 'y'], classNames: ['a', 'b'] };
    const train = two([
      [1, 7],
      [3, 7],
    ]);
    const { test } = tableDataset({ ...small, train, test: train });
    const read = new Float32Array(4);
    await test.read(Int32Array.of(0, 1), read);
    expect([...read]).toEqual([-1, 0, 1, 0]);
    expect(() =>
      tableDataset({
        ...small,
        train,
        test: two([
          [1, 2],
          [NaN, 2],
        ]),
      }),
    ).toThrow(/TABLES_BAD_ROW.*Row 1 of 'test', column 'x'.*NaN/s);
    expect(() => tableDataset({ ...small, train: two([[1]]), test: train })).toThrow(
      /column 'y'.*undefined/s,
    );
  });
});

describe('a table', () => {
  beforeAll(useCpuBackend);

  it('trains with whitening, balanced batches, logit adjustment, mixup and diagnostics, to better rare classes', async () => {
    const scores = [];
    for (const plugins of [[], everything()]) {
      const trainer = make(plugins);
      const found: string[] = [];
      trainer.hooks.events$.subscribe((event) => {
        if (event.type === 'inspection-end') found.push(...Object.keys(event.values));
      });
      await trainer.fit({ epochs: 8, evaluateEvery: 0 });
      const test = valuesOf(accuracy(), await trainer.evaluate({ split: 'test' }), 'balanced', 'perClass');
      scores.push(test);
      if (plugins.length > 0) expect(found).toEqual(expect.arrayContaining(['featureResidual', 'margins']));
      await trainer.dispose();
    }
    const [plain, whole] = scores;
    expect(whole.perClass[3]).toBeGreaterThan(plain.perClass[3]!);
    expect(whole.balanced).toBeGreaterThan(plain.balanced!);
  });

  it('resumes bit for bit', async () => {
    const checkpoints = memoryCheckpoints();
    const kept = definePlugin({
      name: 'kept',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(CHECKPOINTS, checkpoints),
    });
    const whole = make([...everything(), kept]);
    await whole.fit({ epochs: 4 });
    const expected = weightsOf(whole);
    await whole.dispose();
    const first = make([...everything(), kept]);
    first.hooks.batch$.subscribe(({ type, position }) => {
      if (type === 'batch-end' && position.step === 12) first.requests.requestStop('half-way');
    });
    expect((await first.fit({ epochs: 4 })).interrupted).toBe(true);
    await first.save();
    await first.dispose();
    const second = make([...everything(), kept]);
    await second.resume();
    await second.fit({ epochs: 4 });
    expect(weightsOf(second)).toEqual(expected);
    await second.dispose();
  });

  it('says what needs images', async () => {
    const trainer = make(cutout());
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(
      /'data' of cutout: expected examples of shape \[height, width, channels\], received \[6\]/,
    );
    await trainer.dispose();
  });
});

describe('a table on native TensorFlow', () => {
  it('trains compiled as it trains eagerly', async ({ skip }) => {
    if (!(await compiled.prepare())) skip('native TensorFlow is not set up: npx evenkeel setup');
    const trained = [];
    for (const more of [{}, { compile: compiled.compile }]) {
      const trainer = make(everything(), more);
      await trainer.fit({ epochs: 2 });
      trained.push(weightsOf(trainer));
      await trainer.dispose();
    }
    expect(trained[1]).toEqual(trained[0]);
    await useCpuBackend();
  });
});
