import { readFileSync } from 'node:fs';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { expect, it } from 'vitest';
import { endToEnd } from './index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('runs the example of the README', async () => {
  await useCpuBackend(); // for real training: useBackend of @evenkeel/tfjs-runtime
  const data = tinyDataset({ classCounts: [100, 40, 15, 5] });
  const plugins = endToEnd({ bet: { every: 2 }, whitening: { epsilon: 0.5 } });
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 16, plugins });
  const { evaluation } = await trainer.fit({ epochs: 2 });
  expect(evaluation?.all).toBeGreaterThan(0.5);
  await trainer.dispose();

  const [, example] = read('../README.md').split(/^```(?:ts)?\n/m);
  const statements = example.slice(example.indexOf('await')).trim();
  expect(read('./readme.test.ts').replaceAll(/^ {2}/gm, '')).toContain(statements);
});
