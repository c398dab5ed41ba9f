import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainer } from '@evenkeel/trainer-core';
import { metricsFile } from '@evenkeel/trainer-core/node';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { expect, it } from 'vitest';
import { diagnostics } from './index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('runs the example of the README, and its table names every value', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  const path = join(folder, 'metrics.jsonl');
  await useCpuBackend(); // for real training: useBackend of @evenkeel/tfjs-runtime
  const data = tinyDataset({ classCounts: [100, 40, 15, 5] });
  const plugins = [diagnostics({ every: 1 }), metricsFile({ path })];
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 16, plugins });
  await trainer.fit({ epochs: 4 });
  await trainer.dispose();

  const lines = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const looks = lines.filter(({ type }) => type === 'inspection');
  expect(looks.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
  const readme = read('../README.md');
  const { examples, ...values } = looks[0].values;
  expect(examples).toBe(160);
  expect(values).toMatchObject({ 'drift.base': expect.any(Number), 'traceNorm.base': expect.any(Number) });
  const names = Object.keys(values).map((name) => name.replace('.base', '.TAG'));
  for (const name of names) expect(readme).toContain(`\`${name}\``);
  const [, example] = readme.split(/^```(?:ts)?\n/m);
  const statements = example.slice(example.indexOf('await')).trim();
  expect(read('./readme.test.ts').replaceAll(/^ {2}/gm, '')).toContain(statements);
  await rm(folder, { recursive: true });
});
