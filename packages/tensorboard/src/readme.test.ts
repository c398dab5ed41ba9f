import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { expect, it } from 'vitest';
import { tensorBoard } from './index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('runs the example of the README', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
  await useCpuBackend(); // for real training: useBackend of @evenkeel/tfjs-runtime
  const data = tinyDataset({ classCounts: [100, 40, 15, 5] });
  const plugins = [tensorBoard({ folder })]; // such as runs/a/tensorboard
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 16, plugins });
  await trainer.fit({ epochs: 2 });
  await trainer.dispose();
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\./)]);
  const [, example] = read('../README.md').split(/^```(?:ts)?\n/m);
  const statements = example.slice(example.indexOf('await')).trim();
  expect(read('./readme.test.ts').replaceAll(/^ {2}/gm, '')).toContain(statements);
  rmSync(folder, { recursive: true });
});
