import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTrainer } from './create-trainer.js';
import type { PluginInput } from './contract/plugin.js';
import { tinyBackbone, tinyDataset, valuesOf } from './session/tiny.fixture.js';
import { mixup } from './readme.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('the plugin of the README', () => {
  it('is the one tested here', () => {
    const [, , , code] = read('../README.md').split(/^```\w*\n/m);
    const body = (text: string) =>
      text
        .slice(text.indexOf('definePlugin({'))
        .replace(/\s+/g, ' ')
        .replace(/ ?```.*/, '')
        .replace(/,(?= [)}])/g, '');
    expect(body(code).trim()).toBe(body(read('./readme.fixture.ts').replace(/^import.*\n/gm, '')).trim());
  });

  it('changes training, and resumes', async () => {
    const make = (plugins: PluginInput) =>
      createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, plugins });
    const [plain, mixed, resumed] = [make([]), make(mixup()), make(mixup())];
    await plain.fit({ epochs: 2 });
    await mixed.fit({ epochs: 2 });
    expect(valuesOf(mixed)).not.toEqual(valuesOf(plain));
    await resumed.fit({ epochs: 1 });
    await resumed.save();
    await resumed.resume();
    await resumed.fit({ epochs: 2 });
    expect(valuesOf(resumed)).toEqual(valuesOf(mixed));
    for (const trainer of [plain, mixed, resumed]) await trainer.dispose();
  });

  it('stops when the loss no longer falls', async () => {
    const constantLoss = {
      name: 'constant',
      loss: (logits: tf.Tensor2D) => tf.sum(tf.mul(logits, 0)) as tf.Scalar,
    };
    const trainer = createTrainer({
      data: tinyDataset(),
      model: tinyBackbone(),
      loss: constantLoss,
      plugins: mixup({ patience: 2 }),
    });
    const result = await trainer.fit({ epochs: 9 });
    expect(result).toMatchObject({ reason: 'the loss no longer falls', interrupted: true });
    expect(result.history).toHaveLength(3);
    await trainer.dispose();
  });
});
