import * as tf from '@tensorflow/tfjs-core';
import { array, generator } from '@tensorflow/tfjs-data';
import { CHECKPOINTS, definePlugin, memoryCheckpoints } from '@evenkeel/trainer-core';
import type { ClassDataset } from '@evenkeel/trainer-core';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromAsyncIterable } from './from-async-iterable.js';
import type { IterableDatasetOptions } from './from-async-iterable.js';
import type { Example } from './read-examples.js';
import { resumedEverywhere, tinyTrainer } from './trainer.fixture.js';

beforeAll(useCpuBackend);

/** Two classes, 12 and 4 examples of shape [2]. */
const rows = (): Example[] =>
  Array.from({ length: 16 }, (_, at) => ({ xs: [at, at < 12 ? -1 : 1], ys: at < 12 ? 0 : 1 }));

const define = (options: Partial<IterableDatasetOptions> = {}) =>
  fromAsyncIterable({
    name: 'mine',
    classNames: ['a', 'b'],
    train: rows(),
    test: rows().slice(9, 14),
    ...options,
  });

async function* slowly(examples: readonly Example[]): AsyncGenerator<Example> {
  for (const example of examples) yield Promise.resolve(example);
}

describe('fromAsyncIterable', () => {
  it.each<[string, () => IterableDatasetOptions['train']]>([
    ['an array', rows],
    ['an async iterator', () => slowly(rows())],
    ['a function that makes one', () => () => slowly(rows())],
    ['tf.data of an array', () => array(rows() as never[])],
    [
      'tf.data of tensors and one-hot rows',
      () =>
        generator(function* () {
          for (const { xs, ys } of rows())
            yield { xs: tf.tensor1d(xs as number[]), ys: tf.oneHot(ys as number, 2) };
        } as never) as never,
    ],
  ])('reads %s', async (_, train) => {
    const { numTensors } = tf.memory();
    const dataset: ClassDataset = await define({ train: train() }).load();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(dataset).toMatchObject({
      classCounts: [12, 4],
      train: { size: 16, exampleShape: [2] },
      test: { size: 5 },
    });
    expect(dataset.name).toBe((await define().load()).name);
    expect([...dataset.test.labels]).toEqual([0, 0, 0, 1, 1]);
    const into = new Float32Array(4);
    await dataset.train.read(Int32Array.of(13, 2), into);
    expect([...into]).toEqual([13, 1, 2, -1]);
  });

  it('knows nested arrays and images as typed arrays', async () => {
    const nested = await define({
      train: [
        {
          xs: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          ys: 0,
        },
        {
          xs: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          ys: 1,
        },
      ],
    }).load();
    expect(nested.train.exampleShape).toEqual([3, 2]);
    const flat = await define({ train: [{ xs: Uint8Array.of(1, 255), ys: 1 }] }).load();
    expect(flat.train.exampleShape).toEqual([2]);
  });

  it('trains, and equals the unbroken run after a resume at any batch', async () => {
    const { unbroken, resumed } = await resumedEverywhere(() => ({
      data: define({ train: () => slowly(rows()) }),
    }));
    expect(resumed.length).toBeGreaterThan(3);
    for (const end of resumed) expect(end).toEqual(unbroken);
  });

  it('refuses to resume with the same examples in another order', async () => {
    const store = memoryCheckpoints();
    const keeper = definePlugin({
      name: 'keeper',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(CHECKPOINTS, store),
    });
    const first = tinyTrainer({ data: define(), plugins: keeper });
    await first.fit({ epochs: 1 });
    await first.save();
    const second = tinyTrainer({ data: define({ train: rows().reverse() }), plugins: keeper });
    await expect(second.resume()).rejects.toThrow(
      /TRAINER_CHECKPOINT_MISMATCH.*mine \(checksum [0-9a-f]{8}-/,
    );
    await Promise.all([first.dispose(), second.dispose()]);
  });
});

describe('examples that cannot be used', () => {
  it.each<[string, unknown[], string]>([
    ['no class', [{ xs: [1, 2] }], "Example 0 of 'train' in data set 'mine': expected an object { xs, ys }"],
    [
      'an unknown class',
      [{ xs: [1, 2], ys: 2 }],
      'expected a class in 0 .. 1 or a one-hot row of 2, received 2',
    ],
    ['soft targets', [{ xs: [1, 2], ys: [0.5, 0.5] }], 'a one-hot row of 2'],
    ['a batch', [{ xs: [[1], [2], [3]], ys: [0, 1, 1] }], 'Give single examples { xs, ys }, not batches'],
    [
      'another shape',
      [
        { xs: [1, 2], ys: 0 },
        { xs: [1, 2, 3], ys: 0 },
      ],
      "Example 1 of 'train'",
    ],
    ['nothing', [], 'gave no example'],
  ])('are refused: %s', async (_, train, message) => {
    await expect(define({ train: train as Example[] }).load()).rejects.toThrow(message);
  });

  it('are refused: an endless stream', async () => {
    const endless = function* (): Generator<Example> {
      for (;;) yield { xs: [1, 2], ys: 0 };
    };
    await expect(define({ train: endless(), maxExamples: 100 }).load()).rejects.toThrow(
      "'train' of data set 'mine' has more than 100 examples",
    );
  });
});
