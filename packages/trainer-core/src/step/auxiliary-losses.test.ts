import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { SetupContext, TrainerPlugin } from '../contract/plugin.js';
import type { AuxiliaryLoss, TrainableRule } from '../contract/step.js';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { heNormal, zeros } from '../parts/initializers/initializers.js';
import { AUXILIARY_LOSSES, CHECKPOINTS, TRAINABLE } from '../roles/core-roles.js';
import { tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const plugin = (name: string, setup: (context: SetupContext) => void) =>
  definePlugin({ name, version: '1.0.0', api: '^2.0', setup });
const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, seed: 4, ...options });

/** Reconstructs the inputs from the features: its own weight and running mean. */
const reconstruct: AuxiliaryLoss = {
  name: 'reconstruct',
  build(scope, { features, exampleShape }) {
    const size = exampleShape.reduce((product, axis) => product * axis, 1);
    const kernel = scope.weight('kernel', [features, size], heNormal()) as Tensor as Tensor2D;
    const mean = scope.statistic('mean', [size], zeros());
    return {
      loss(stages, { training, update }) {
        const wanted = tf.reshape(stages.inputs, [-1, size]);
        if (training) update(mean, tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(wanted, 0), 0.1)));
        return tf.mean<Scalar>(tf.square(tf.sub(tf.matMul(stages.features, kernel), wanted)));
      },
    };
  },
};
const reconstructing = (rule?: TrainableRule) =>
  plugin('reconstructing', ({ roles }) => {
    roles.contribute(AUXILIARY_LOSSES, reconstruct);
    if (rule) roles.contribute(TRAINABLE, rule);
  });

/** Values before and after an epoch. */
async function trained(plugins: TrainerPlugin) {
  const trainer = make({ plugins });
  await trainer.evaluate();
  const before = valuesOf(trainer);
  const groups = new Map(trainer.variables().map(({ name, group, kind }) => [name, `${group} ${kind}`]));
  await trainer.fit({ epochs: 2, evaluateEvery: 0 });
  const after = valuesOf(trainer);
  await trainer.dispose();
  return { before, after, groups };
}
const KERNEL = 'auxiliary/reconstruct/kernel';
const MEAN = 'auxiliary/reconstruct/mean';

describe('AUXILIARY_LOSSES', () => {
  it('have their own weights and statistics, in a separate group, and are trained', async () => {
    const { before, after, groups } = await trained(reconstructing());
    expect(groups.get(KERNEL)).toBe('auxiliary weight');
    expect(groups.get(MEAN)).toBe('auxiliary statistic');
    expect(groups.get(`optimizer/${KERNEL}/momentum`)).toBe('optimizer statistic');
    expect(after[KERNEL]).not.toEqual(before[KERNEL]);
    expect(after[MEAN]).not.toEqual(before[MEAN]);
  });

  it('reach the network by their gradient', async () => {
    const { after } = await trained(reconstructing());
    const plain = await trained(plugin('nothing', () => undefined));
    expect(after['backbone/kernel']).not.toEqual(plain.after['backbone/kernel']);
  });

  it('are frozen by TRAINABLE, weights and statistics', async () => {
    const rule = { name: 'frozen', trains: ({ group }: { group: string }) => group !== 'auxiliary' };
    const { before, after } = await trained(reconstructing(rule));
    expect(after[KERNEL]).toEqual(before[KERNEL]);
    expect(after[MEAN]).toEqual(before[MEAN]);
    expect(after['backbone/kernel']).not.toEqual(before['backbone/kernel']);
  });

  it('compute as in evaluation when a rule says so', async () => {
    const rule: TrainableRule = {
      name: 'still',
      trains: () => true,
      freezes: (part) => part === 'auxiliary',
    };
    const { before, after } = await trained(reconstructing(rule));
    expect(after[KERNEL]).not.toEqual(before[KERNEL]);
    expect(after[MEAN]).toEqual(before[MEAN]);
  });

  it('are no part of what is evaluated and predicted', async () => {
    let calls = 0;
    const counting = plugin('counting', ({ roles }) =>
      roles.contribute(AUXILIARY_LOSSES, {
        name: 'counting',
        build: () => ({
          loss() {
            calls++;
            return tf.scalar(0);
          },
        }),
      }),
    );
    const trainer = make({ plugins: counting });
    await trainer.evaluate();
    await trainer.predict(tinyDataset().test);
    expect(calls).toBe(0);
    await trainer.dispose();
  });

  it('see inputs, features, logits before their transforms, targets and indices', async () => {
    const shapes: Record<string, readonly number[]> = {};
    const looking = plugin('looking', ({ roles }) =>
      roles.contribute(AUXILIARY_LOSSES, {
        name: 'looking',
        build(_scope, sizes) {
          expect(sizes).toEqual({ exampleShape: [2, 2, 1], raw: 5, features: 5, outputs: 3 });
          return {
            loss({ inputs, raw, features, logits }, { targets, indices }) {
              const seen = { inputs, raw, features, logits, targets, indices };
              for (const [name, { shape }] of Object.entries(seen)) shapes[name] = shape;
              return tf.scalar(0);
            },
          };
        },
      }),
    );
    const trainer = make({ plugins: looking, batchSize: 20 });
    await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    await trainer.dispose();
    expect(shapes).toEqual({
      inputs: [20, 2, 2, 1],
      raw: [20, 5],
      features: [20, 5],
      logits: [20, 3],
      targets: [20, 3],
      indices: [20],
    });
  });

  it('resume with their weights', async () => {
    const store = memoryCheckpoints();
    const storing = plugin('storing', ({ roles }) => roles.provide(CHECKPOINTS, store));
    const whole = await trained(reconstructing());
    const first = make({ plugins: [reconstructing(), storing] });
    first.hooks.batch$.subscribe((event) => {
      if (event.type === 'batch-end' && event.position.step === 3) first.requests.requestStop('here');
    });
    await first.fit({ epochs: 2, evaluateEvery: 0 });
    await first.dispose();
    const second = make({ plugins: [reconstructing(), storing] });
    await second.resume();
    await second.fit({ epochs: 2, evaluateEvery: 0 });
    expect(valuesOf(second)).toEqual(whole.after);
    await second.dispose();
  });

  it('are named when they give no scalar', async () => {
    const wide = plugin('wide', ({ roles }) =>
      roles.contribute(AUXILIARY_LOSSES, {
        name: 'wide',
        build: () => ({ loss: ({ features }) => features as Tensor as Scalar }),
      }),
    );
    const trainer = make({ plugins: wide });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(
      /TRAINER_ROLE_RETURNED.*'wide'.*AUXILIARY_LOSSES.*a scalar.*\[8, 5\]/s,
    );
    await trainer.dispose();
  });
});
