import { readFileSync } from 'node:fs';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { expect, it } from 'vitest';
import { dataParallel } from './index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('runs the example of the README, alone', async () => {
  await useCpuBackend(); // for real training: useBackend('native') of @evenkeel/tfjs-runtime
  const plugins = [dataParallel()]; // and fileCheckpoints, saveOnInterrupt of @evenkeel/trainer-core/node
  const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 16, plugins }); // 16 in all
  await trainer.resume(undefined, { optional: true }); // after a restart
  await trainer.fit({ epochs: 2 });
  expect(trainer.explain()).toContain('one process, since no other was named');
  await trainer.dispose();

  const [, example] = read('../README.md').split(/^```(?:ts)?\n/m);
  const statements = example.slice(example.indexOf('await')).trim();
  expect(read('./readme.test.ts').replaceAll(/^ {2}/gm, '')).toContain(statements);
});
