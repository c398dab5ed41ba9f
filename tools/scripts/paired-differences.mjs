#!/usr/bin/env node
// `npx tsc --build && node tools/scripts/paired-differences.mjs DIR [METHODS]`: the accuracies of the networks kept beside the
// 200-epoch results, by default of all, and the differences between them with their standard error over the test images of DIR,
// which holds CIFAR's official files. Pairs are compared image by image, as McNemar's test does.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { cifar100LT, cifar10LT } from '@evenkeel/datasets-lt';
import { useBackend } from '@evenkeel/tfjs-runtime/node';

const SETS = [
  { define: cifar10LT, grids: ['cifar10-lt-if100-e200'] },
  { define: cifar100LT, grids: ['cifar100-lt-if100-e200', 'cifar100-lt-if100-e200-native'] },
];
const BATCH = 500;
const results = fileURLToPath(new URL('../../docs/results/', import.meta.url));

/** For every test image whether a network is right, `[images]` of 0 and 1. */
async function judge(folder, test) {
  const model = await loadGraphModel(`file://${folder}/model.json`);
  const right = new Uint8Array(test.size);
  for (let start = 0; start < test.size; start += BATCH) {
    const rows = Int32Array.from({ length: Math.min(BATCH, test.size - start) }, (_, at) => start + at);
    const pixels = new Float32Array(rows.length * 32 * 32 * 3);
    await test.read(rows, pixels);
    const chosen = tf.tidy(() =>
      tf.argMax(model.predict(tf.tensor(pixels, [rows.length, 32, 32, 3])), 1).dataSync(),
    );
    chosen.forEach((label, at) => (right[start + at] = Number(label === test.labels[start + at])));
  }
  model.dispose();
  return right;
}

/** Points by which one is above the other, and the standard error of that. */
function difference(one, other) {
  const count = one.length;
  const won = one.filter((right, at) => right > other[at]).length;
  const lost = one.filter((right, at) => right < other[at]).length;
  const error = Math.sqrt(won + lost - (won - lost) ** 2 / count) / count;
  return `${(((won - lost) / count) * 100).toFixed(2)} ± ${(error * 100).toFixed(2)}`;
}

const [dataDir, wanted] = process.argv.slice(2);
if (dataDir === undefined) {
  console.error('Usage: node tools/scripts/paired-differences.mjs DIR [METHODS]');
  process.exit(2);
}
const methodsOf = (grid) => readdirSync(`${results}${grid}/models`).sort();
const METHODS = new Set(SETS.flatMap(({ grids }) => grids.flatMap(methodsOf)));
const unknown = wanted?.split(',').filter((method) => !METHODS.has(method)) ?? [];
if (unknown.length > 0) {
  console.error(
    `No network of '${unknown.join("', '")}' is kept. There are: ${[...METHODS].sort().join(', ')}.`,
  );
  process.exit(2);
}
await useBackend('auto');
for (const { define, grids } of SETS) {
  const { test } = await define({ imbalance: 100, dataDir, augment: false }).load();
  const judged = [];
  const kept = grids.flatMap((grid) => methodsOf(grid).map((method) => ({ grid, method })));
  for (const { grid, method } of kept) {
    if (wanted !== undefined && !wanted.split(',').includes(method)) continue;
    const right = await judge(`${results}${grid}/models/${method}`, test);
    console.log(
      `${grid} ${method}: ${((right.reduce((sum, one) => sum + one, 0) / test.size) * 100).toFixed(2)} %`,
    );
    for (const before of judged) {
      console.log(`  above ${before.method}: ${difference(right, before.right)}`);
    }
    judged.push({ method, right });
  }
}
process.exit(0);
