import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainer } from '@evenkeel/trainer-core';
import { metricsFile } from '@evenkeel/trainer-core/node';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { expect, it } from 'vitest';
import { livePage, measurements } from './index.js';
import { readRun } from './report/index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('runs the example of the README, and its run has what the page shows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
  const metrics = join(folder, 'run', 'metrics.jsonl');
  const urls: string[] = [];
  const onServed = (url: string) => void urls.push(url);
  await useCpuBackend(); // for real training: useBackend of @evenkeel/tfjs-runtime
  const data = tinyDataset({ classCounts: [100, 40, 15, 5] });
  const watch = [livePage({ metrics, onServed }), measurements(), metricsFile({ path: metrics })];
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 16, plugins: watch });
  await trainer.fit({ epochs: 3 });
  await trainer.dispose();
  expect(urls).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/)]);

  const run = await readRun(metrics, 'a');
  expect(run.facts).toMatchObject({ epochs: 3, classCounts: [100, 40, 15, 5] });
  for (const key of ['all', 'imagesPerSecond', 'measurements.memoryBytes', 'logged.gradientNorm']) {
    expect(run.scalars.get(key)?.newest, key).toBeGreaterThan(0);
  }
  for (const key of ['perClass', 'confusion', 'measurements.drawn.base']) {
    expect(run.lists.has(key), key).toBe(true);
  }
  const [, example] = read('../README.md').split(/^```(?:ts)?\n/m);
  const statements = example.slice(example.indexOf('await')).trim();
  expect(read('./readme.test.ts').replaceAll(/^ {2}/gm, '')).toContain(statements);
  rmSync(folder, { recursive: true });
});
