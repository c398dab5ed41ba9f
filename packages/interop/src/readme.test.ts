import { readFileSync } from 'node:fs';
import { cosine, createTrainer } from '@evenkeel/trainer-core';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { train } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { fromAsyncIterable, fromLayersModel, fromTfOptimizer } from './index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('runs the example of the README', async () => {
  await useCpuBackend(); // for real training: useBackend of @evenkeel/tfjs-runtime
  async function* examples(count: number) {
    for (let at = 0; at < count; at++) yield { xs: [at % 3, 1], ys: at % 3 }; // a row of a file, say
  }
  const trainer = createTrainer({
    data: fromAsyncIterable({
      name: 'mine',
      classNames: ['a', 'b', 'c'],
      train: examples(60),
      test: examples(9),
    }),
    model: fromLayersModel(
      sequential({ layers: [layers.dense({ inputShape: [2], units: 8, activation: 'relu' })] }),
    ),
    schedule: cosine({ base: 0.05 }),
    plugins: [fromTfOptimizer((learningRate) => train.adam(learningRate))],
    batchSize: 10,
  });
  const { evaluation } = await trainer.fit({ epochs: 10 });
  expect(evaluation?.all).toBeGreaterThan(0.6);
  await trainer.dispose();

  const [, example] = read('../README.md').split(/^```(?:\w*)\n/m);
  const statements = example.slice(example.indexOf('await')).trim();
  expect(read('./readme.test.ts').replaceAll(/^ {2}/gm, '')).toContain(statements);
});
