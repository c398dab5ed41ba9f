import { createTrainer } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { distillation, divergence } from './distillation.js';
import type { Teacher } from './distillation.js';

/** A network without weights: the sum of each quarter of an image, three of them as logits. */
const sums: Teacher = {
  features: (inputs) => tf.sum(tf.reshape(inputs, [-1, 4, 4]), 2),
  logits: (features) => tf.slice(features, [0, 0], [-1, 3]),
};

describePlugin('distillation', () => distillation({ teacher: sums, weight: 0.5 }), {
  compiled,
  microBatches: true,
  off: () => distillation({ teacher: sums, weight: 0 }),
  wrongOptions: [
    {
      what: 'no network',
      make: () => distillation({ teacher: {} as Teacher }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'teacher',
    },
    {
      what: 'a temperature of 0',
      make: () => distillation({ teacher: sums, temperature: 0 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'temperature',
    },
  ],
});

describe('distillation', () => {
  beforeAll(useCpuBackend);

  it('comes nearer to a frozen trainer than a run without it, and leaves that as it is', async () => {
    const data = tinyDataset();
    const teacher = createTrainer({ data, model: tinyBackbone({ features: 16 }), batchSize: 6, seed: 1 });
    await teacher.fit({ epochs: 1 }); // far from certain yet
    const before = await teacher.predict(data.test);
    const distances = await teacher.withNetwork(async (network) => {
      const found: number[] = [];
      for (const weight of [0, 2]) {
        const plugins = distillation({ teacher: network, weight });
        const student = createTrainer({ data, model: tinyBackbone(), batchSize: 6, seed: 2, plugins });
        await student.fit({ epochs: 15, evaluateEvery: 0 });
        const learned = await student.predict(data.test);
        await student.dispose();
        const distance = tf.tidy(() => {
          const [taught, given] = [before, learned].map((logits) => tf.tensor2d(logits, [data.test.size, 3]));
          return divergence(taught, given, 2).dataSync()[0];
        });
        found.push(distance);
      }
      return found;
    });
    expect(distances[1]).toBeLessThan(distances[0] / 2);
    expect(await teacher.predict(data.test)).toEqual(before);
    await teacher.dispose();
  });
});

describe('divergence', () => {
  beforeAll(useCpuBackend);
  const given = () => tf.tensor2d([1, 2, 3, -1, 0.5, 0], [2, 3]);
  const taught = () => tf.tensor2d([0, 2, -1, 3, 0.25, 1], [2, 3]);

  it('is that of PyTorch 2.15.0', () => {
    // F.kl_div(F.log_softmax(logits / 2, 1), F.softmax(taught / 2, 1), reduction='batchmean') * 4
    expect(divergence(taught(), given(), 2).dataSync()[0]).toBeCloseTo(1.4527826309204102, 5);
  });

  it('is 0 for the same logits, up to a number that is added to a row', () => {
    expect(divergence(taught(), tf.add(taught(), 3), 2).dataSync()[0]).toBeCloseTo(0, 6);
  });
});
