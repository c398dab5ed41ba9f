import {
  accuracy,
  adamW,
  cosine,
  createRandom,
  createTrainer,
  mixup,
  valuesOf,
} from '@evenkeel/trainer-core';
import type { ClassDataset, LabelledSource, PluginInput } from '@evenkeel/trainer-core';
import { endToEnd } from '@evenkeel/end-to-end';
import { describePlugin, useCpuBackend } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { embeddingBag } from './embedding-bag.js';
import { onlyTokens } from './only-tokens.js';

const [TOKENS, VOCABULARY] = [8, 30];

/** Texts of 8 tokens; of three classes, each has ten tokens that it uses more often. */
function texts(seed: number, counts: readonly number[]): LabelledSource {
  const random = createRandom(seed, 'text');
  const labels = Int32Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label)));
  const tokens = Array.from(labels, (label) =>
    Array.from({ length: TOKENS }, () =>
      random.uniform() < 0.5 ? 10 * label + random.integer(10) : random.integer(VOCABULARY),
    ),
  );
  return {
    size: labels.length,
    labels,
    exampleShape: [TOKENS],
    read: (indices, into) => indices.forEach((index, row) => into.set(tokens[index], row * TOKENS)),
  };
}
const text = (counts: readonly number[]): ClassDataset => ({
  name: 'text',
  classNames: ['a', 'b', 'c'],
  classCounts: counts,
  train: texts(1, counts),
  test: texts(2, [30, 30, 30]),
});

const model = embeddingBag({ vocabulary: VOCABULARY, size: 6, features: 8 });

describePlugin('onlyTokens', () => onlyTokens({ vocabulary: VOCABULARY }), {
  trainer: { data: text([24, 8, 4]), model },
  compiled,
  microBatches: true,
  observer: true,
  wrongOptions: [
    {
      what: 'no vocabulary',
      make: () => onlyTokens({ vocabulary: 0 }),
      code: 'TABLES_BAD_OPTION',
      option: 'vocabulary',
    },
    {
      what: 'more tokens than float32 can count',
      make: () => embeddingBag({ vocabulary: 2 ** 24 + 1 }),
      code: 'TABLES_BAD_OPTION',
      option: 'vocabulary',
    },
  ],
});

describe('texts of tokens', () => {
  beforeAll(useCpuBackend);
  const make = (plugins: PluginInput) =>
    createTrainer({
      data: text([160, 40, 10]),
      optimizer: adamW(),
      schedule: cosine({ base: 0.02 }),
      batchSize: 32,
      model: embeddingBag({ vocabulary: VOCABULARY }),
      plugins: [onlyTokens({ vocabulary: VOCABULARY }), plugins],
    });

  it('train, end to end', async () => {
    const trainer = make(endToEnd({ bet: { every: 2 } }));
    const { evaluation } = await trainer.fit({ epochs: 8 });
    const { balanced } = valuesOf(accuracy(), evaluation, 'balanced');
    expect(balanced).toBeGreaterThan(0.6); // chance: 1/3
    await trainer.dispose();
  });

  it('move the embeddings of tokens that were read, and no others', async () => {
    const counts = [12, 6, 4];
    const data = { ...text(counts), train: { ...texts(1, counts) } };
    const trainer = createTrainer({ data, batchSize: 22, model: embeddingBag({ vocabulary: 40 }) });
    await trainer.evaluate();
    const { variable } = trainer.variables().find(({ name }) => name === 'backbone/embeddings')!;
    const before = tf.clone<tf.Tensor>(variable);
    await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    const moved = tf.any(tf.notEqual(variable, before), 1).dataSync();
    const read = new Float32Array(22 * TOKENS);
    await data.train.read(
      Int32Array.from({ length: 22 }, (_, at) => at),
      read,
    );
    for (let token = 0; token < 40; token++) {
      if (!read.includes(token)) expect(moved[token], `token ${token}`).toBe(0);
    }
    expect(moved.filter((each) => each === 1).length).toBeGreaterThan(10);
    await trainer.dispose();
  });

  it('refuse mixup, which would make other tokens of them, and tokens beyond the vocabulary', async () => {
    const mixed = make(mixup());
    await expect(mixed.fit({ epochs: 1 })).rejects.toThrow(/TABLES_NO_TOKEN.*0 \.\. 29.*mixup/s);
    await mixed.dispose();
    const plugins = onlyTokens({ vocabulary: 5 });
    const short = createTrainer({ data: text([9, 9, 9]), model, batchSize: 9, plugins });
    await expect(short.fit({ epochs: 1 })).rejects.toThrow(/TABLES_NO_TOKEN.*0 \.\. 4/s);
    await short.dispose();
  });
});
