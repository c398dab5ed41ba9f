import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cosine, createTrainer } from '@evenkeel/trainer-core';
import { checkpointFile, fileCheckpoints } from '@evenkeel/trainer-core/node';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { expect, it } from 'vitest';
import { cRT } from './index.js';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

it('runs the example of the README', async () => {
  const runs = await mkdtemp(join(tmpdir(), 'decouple-'));
  await useCpuBackend(); // for real training: useBackend of @evenkeel/tfjs-runtime
  const data = tinyDataset({ classCounts: [100, 40, 15, 5] });
  const common = { data, model: tinyBackbone(), batchSize: 16 };
  const first = createTrainer({ ...common, plugins: [fileCheckpoints({ folder: join(runs, 'ce') })] });
  await first.fit({ epochs: 2 });

  const stage = cRT({ from: checkpointFile(join(runs, 'ce')) });
  const second = createTrainer({ ...common, schedule: cosine({ base: 0.1 }), plugins: [stage] });
  await second.fit({ epochs: 5 });
  const test = await second.evaluate({ split: 'test' });
  expect(test.all).toBeGreaterThan(0.5);
  await second.dispose();
  await first.dispose();
  await rm(runs, { recursive: true });

  const [, example] = (await read('../README.md')).split(/^```(?:ts)?\n/m);
  const statements = example.slice(example.indexOf('await')).trim();
  const here = (await read('./readme.test.ts')).replaceAll(/^ {2}/gm, '');
  expect(here.replaceAll("join(runs, 'ce')", "'runs/ce'")).toContain(statements);
});
