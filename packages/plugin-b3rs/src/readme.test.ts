import { readFileSync } from 'node:fs';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { expect, it } from 'vitest';
import { b3rs, b3rsSampler, blocksOf, describeBatches } from './index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('runs the example of the README', async () => {
  await useCpuBackend(); // for real training: useBackend of @evenkeel/tfjs-runtime
  const data = tinyDataset({ classCounts: [100, 40, 15, 5] });
  const plugins = [b3rs({ blocks: 3 })];
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 16, plugins });
  trainer.explain(); // ... SAMPLER  b3rs (BALANCED_SAMPLER, since no plugin embeds it) ...
  const { evaluation } = await trainer.fit({ epochs: 2 });
  expect(evaluation?.all).toBeGreaterThan(0.5);
  await trainer.dispose();

  const [, example] = read('../README.md').split(/^```(?:ts)?\n/m);
  const statements = example.slice(example.indexOf('await')).trim();
  expect(read('./readme.test.ts').replaceAll(/^ {2}/gm, '')).toContain(statements);
});

it('plans an epoch without a trainer, as the README does', () => {
  const classCounts = [100, 40, 15, 5];
  const labels = Int32Array.from(classCounts.flatMap((count, label) => Array<number>(count).fill(label)));
  const sampler = b3rsSampler({ blocks: 3 }).build({ labels, classCounts, batchSize: 128, epochs: 1 });
  const plan = sampler.plan(1, 0); // seed, epoch: plan.length batches, plan.batch(place) gives { tag, indices }
  const table = describeBatches(plan, labels, blocksOf(classCounts));
  expect(table).toContain("2 batches 'balanced', 256 images");

  const [, , , snippet] = read('../README.md').split(/^```(?:ts)?\n/m);
  expect(read('./readme.test.ts').replaceAll(/^ {2}/gm, '')).toContain(
    snippet.slice(snippet.indexOf('const')).trim(),
  );
});
