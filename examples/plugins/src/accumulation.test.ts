import { constant, createTrainer, instanceBalanced, planFromFunction, sgd } from '@evenkeel/trainer-core';
import type { SamplerDefinition, Trainer } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, expect, it } from 'vitest';
import { accumulation } from './accumulation.js';
import { compiled } from './compiled.fixture.js';

describePlugin('accumulation', () => accumulation({ batches: 4 }), {
  compiled,
  microBatches: true,
  off: () => accumulation({ batches: 1 }),
  wrongOptions: [
    {
      what: 'no batches',
      make: () => accumulation({ batches: 0 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'batches',
    },
  ],
});

/** The batches of an epoch, each cut into three. */
const inThirds: SamplerDefinition = {
  name: 'thirds',
  build(context) {
    const sampler = instanceBalanced().build({ ...context, batchSize: 3 * context.batchSize });
    return {
      ...sampler,
      batchesIn: (epoch) => 3 * sampler.batchesIn(epoch),
      plan(seed, epoch) {
        const plan = sampler.plan(seed, epoch);
        return planFromFunction(3 * plan.length, (at) => {
          const { tag, indices } = plan.batch(Math.floor(at / 3));
          const size = context.batchSize;
          return { tag, indices: indices.slice((at % 3) * size, ((at % 3) + 1) * size) };
        });
      },
    };
  },
};
const networkOf = (trainer: Trainer) =>
  trainer
    .variables()
    .filter(({ group }) => group !== 'optimizer')
    .flatMap(({ variable }) => Array.from(variable.dataSync<'float32'>()));

beforeAll(useCpuBackend);

it('moves as one batch of all would', async () => {
  const common = {
    data: tinyDataset({ noise: 0 }),
    model: tinyBackbone(),
    schedule: constant(0.1),
    optimizer: sgd({ momentum: 0.9 }),
  };
  const large = createTrainer({ ...common, batchSize: 12 });
  const small = createTrainer({
    ...common,
    batchSize: 4,
    sampler: inThirds,
    plugins: accumulation({ batches: 3 }),
  });
  for (const trainer of [large, small]) await trainer.fit({ epochs: 3, evaluateEvery: 0 });
  const expected = networkOf(large);
  networkOf(small).forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5));
  for (const trainer of [large, small]) await trainer.dispose();
});
