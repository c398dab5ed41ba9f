import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { cifar100LT, cifar10LT } from '@evenkeel/datasets-lt';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inStock } from './in-stock.fixture.js';
import { readResult } from './result-file.js';

const results = fileURLToPath(new URL('../../../../docs/results/', import.meta.url));
const unpack = fileURLToPath(new URL('../../../../../shared/data/unpack.mjs', import.meta.url));

/** The folders of all models that are kept, from the folder of results. */
const kept = (readdirSync(results, { recursive: true }) as string[])
  .filter((name) => name.endsWith('model.json'))
  .map((name) => dirname(name))
  .sort();

describe('the models beside the results', () => {
  it('are those of the decisive methods, on both data sets', () => {
    expect(kept).toHaveLength(11);
  });

  it.each(kept)('gives in stock TensorFlow.js the logits that its trainer gave: %s', async (folder) => {
    const { difference, largest } = await inStock(join(results, folder));
    expect(difference).toBeLessThan(1e-4 * largest);
  });
});

const why = [
  ...(existsSync(unpack) ? [] : ['../shared/data is not there']),
  ...((await nativeStatus()).ready ? [] : ['native is not set up']),
];

describe.skipIf(why.length)(`on the test images${why.length ? `, skipped: ${why.join(', ')}` : ''}`, () => {
  let dataDir: string;
  beforeAll(async () => {
    await useBackend('native');
    dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-cifar-'));
    execFileSync(process.execPath, [unpack, dataDir]);
  });
  afterAll(() => rm(dataDir, { recursive: true }));

  it.each([
    ['cifar10-lt-if100-e200', cifar10LT],
    ['cifar100-lt-if100-e200', cifar100LT],
  ] as const)(
    'models of %s have the accuracies that were logged',
    async (grid, define) => {
      const { test } = await define({ imbalance: 100, dataDir, augment: false }).load();
      // The others take as long again: `tools/scripts/paired-differences.mjs` has them all.
      for (const method of ['ce', 'whiten+b3rs+bet+la']) {
        const folder = join(grid, 'models', method);
        const model = await loadGraphModel(`file://${join(results, folder, 'model.json')}`);
        const pixels = new Float32Array(500 * 32 * 32 * 3);
        let right = 0;
        for (let start = 0; start < test.size; start += 500) {
          const rows = Int32Array.from({ length: 500 }, (_, at) => start + at);
          await test.read(rows, pixels);
          const chosen = tf.tidy(() => {
            const logits = model.predict(tf.tensor(pixels, [500, 32, 32, 3])) as tf.Tensor;
            return tf.argMax(logits, 1).dataSync<'int32'>();
          });
          right += chosen.reduce((sum, label, at) => sum + Number(label === test.labels[rows[at]]), 0);
        }
        model.dispose();
        const logged = await readResult(join(results, grid, `${method}.seed-1.json`));
        // Other kernels round differently, which may turn an image that lies between two classes.
        expect(Math.abs(right / test.size - logged!.last.all!), folder).toBeLessThan(0.0011);
      }
    },
    240_000,
  );
});
