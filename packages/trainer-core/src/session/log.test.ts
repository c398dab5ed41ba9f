import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { definePlugin } from '../contract/define-plugin.js';
import type { EpochEnd, StepEnd } from '../contract/events.js';
import type { SetupContext } from '../contract/plugin.js';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import * as roles from '../roles/core-roles.js';
import { planFromFunction } from '../parts/sampling/list-plan.js';
import { tinyBackbone, tinyDataset, valuesOf } from './tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const plugin = (setup: (context: SetupContext) => void) =>
  definePlugin({ name: 'logger', version: '1.0.0', api: '^2.0', setup });
const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone({ dropout: 0.2 }), batchSize: 8, ...options });

/** What the steps and the epochs of a trainer say that was logged. */
function watched(trainer: ReturnType<typeof make>) {
  const steps: StepEnd['logged'][] = [];
  const epochs: EpochEnd['logged'][] = [];
  trainer.hooks.events$.subscribe((event) => {
    if (event.type === 'step-end') steps.push(event.logged);
    if (event.type === 'epoch-end') epochs.push(event.logged);
  });
  return { steps, epochs };
}

/** Logs from every part of a step, without changing it. */
const everywhere = () =>
  plugin(({ roles: to }) => {
    to.decorate(roles.BACKBONE, (inner) => ({
      name: inner.name,
      build(scope, shape) {
        const layer = inner.build(scope, shape);
        return {
          outputSize: layer.outputSize,
          apply(inputs, context) {
            const features = layer.apply(inputs, context);
            context.log('backbone', tf.mean<Scalar>(features));
            return features;
          },
        };
      },
    }));
    to.contribute(roles.LOGIT_TRANSFORMS, {
      name: 'logs',
      transform(logits, { log, step }) {
        log('logit transform', step);
        return logits;
      },
    });
    to.decorate(roles.LOSS, (inner) => ({
      name: inner.name,
      loss(logits, context) {
        const loss = inner.loss(logits, context);
        context.log('loss', loss);
        return loss;
      },
    }));
    to.contribute(roles.PENALTIES, {
      name: 'logs',
      penalty(_weights, { log }) {
        log('penalty', tf.scalar(3));
        return tf.scalar(0);
      },
    });
    to.contribute(roles.GRADIENT_TRANSFORMS, {
      name: 'logs',
      transform(gradients, { log }) {
        const squares = Array.from(gradients.values(), (gradient) => tf.sum<Scalar>(tf.square(gradient)));
        log('gradient', tf.sqrt(tf.addN(squares)));
        return gradients;
      },
    });
    to.decorate(roles.OPTIMIZER, (inner) => ({
      name: inner.name,
      build(scope, weights) {
        const optimizer = inner.build(scope, weights);
        return {
          apply(gradients, context) {
            context.log('optimizer', context.learningRate);
            optimizer.apply(gradients, context);
          },
        };
      },
    }));
  });

describe('log', () => {
  it('takes scalars from every part of a step, and changes no number of it', async () => {
    const plain = make();
    await plain.fit({ epochs: 2 });
    const trainer = make({ plugins: everywhere() });
    const { steps, epochs } = watched(trainer);
    const losses: number[] = [];
    trainer.hooks.step$.subscribe((event) => {
      if (event.type === 'step-end') losses.push(event.loss);
    });
    await trainer.fit({ epochs: 2 });
    expect(valuesOf(trainer)).toEqual(valuesOf(plain));
    const names = ['backbone', 'gradient', 'logit transform', 'loss', 'optimizer', 'penalty'];
    expect(steps.map((logged) => Object.keys(logged).sort())).toEqual(Array(6).fill(names));
    expect(steps.map((logged) => logged['logit transform'])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(steps.map((logged) => logged.loss)).toEqual(losses);
    expect(epochs.map((logged) => logged['logit transform'])).toEqual([1, 4]);
    expect(epochs[0].optimizer).toBeCloseTo(0.01);
    for (const one of [plain, trainer]) await one.dispose();
  });

  it('has means over the steps that gave a name', async () => {
    const trainer = make({
      plugins: plugin(({ roles: to }) => {
        to.decorate(roles.SAMPLER, (inner) => ({
          name: 'two tags',
          build(context) {
            const sampler = inner.build(context);
            return {
              name: 'two tags',
              tags: ['even', 'odd'],
              batchesIn: (epoch) => sampler.batchesIn(epoch),
              classPrior: (_tag, epoch) => sampler.classPrior('base', epoch),
              plan(seed, epoch) {
                const plan = sampler.plan(seed, epoch);
                const tags = ['even', 'odd'];
                return planFromFunction(plan.length, (at) => ({ ...plan.batch(at), tag: tags[at % 2] }));
              },
            };
          },
        }));
        to.contribute(roles.LOGIT_TRANSFORMS, {
          name: 'odd only',
          transform(logits, { log, tag, step }) {
            if (tag === 'odd') log('odd step', step);
            return logits;
          },
        });
      }),
    });
    const { steps, epochs } = watched(trainer);
    await trainer.fit({ epochs: 2 });
    expect(steps.map((logged) => logged['odd step'])).toEqual([
      ...[undefined, 1, undefined],
      ...[undefined, 4, undefined],
    ]);
    expect(epochs.map((logged) => logged['odd step'])).toEqual([1, 4]);
    await trainer.dispose();
  });

  it('has the same means when a run resumes within the epoch', async () => {
    const store = memoryCheckpoints();
    const storing = definePlugin({
      name: 'storing',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles: to }) => to.provide(roles.CHECKPOINTS, store),
    });
    const whole = make({ plugins: everywhere() });
    const unbroken = watched(whole);
    await whole.fit({ epochs: 1 });
    await whole.dispose();
    const first = make({ plugins: [everywhere(), storing] });
    first.hooks.batch$.subscribe((event) => {
      if (event.type === 'batch-end' && event.position.batch === 0) first.requests.requestStop('here');
    });
    await first.fit({ epochs: 1 });
    await first.dispose();
    const second = make({ plugins: [everywhere(), storing] });
    const resumed = watched(second);
    await second.resume();
    await second.fit({ epochs: 1 });
    await second.dispose();
    expect(resumed.steps).toEqual(unbroken.steps.slice(1));
    expect(resumed.epochs).toEqual(unbroken.epochs);
  });

  it.each<[string, (log: (name: string, value: Scalar) => void) => void, RegExp]>([
    ['the same name twice', (log) => [1, 2].forEach((n) => log('x', tf.scalar(n))), /'x' .*given twice/],
    ['more than a scalar', (log) => log('x', tf.tensor1d([1, 2]) as unknown as Scalar), /float32 \[2\]/],
    ['whole numbers', (log) => log('x', tf.scalar(1, 'int32')), /int32 \[\]/],
  ])('refuses %s', async (_what, work, text) => {
    const trainer = make({
      plugins: plugin(({ roles: to }) =>
        to.contribute(roles.PENALTIES, {
          name: 'logs',
          penalty(_weights, { log }) {
            work(log);
            return tf.scalar(0);
          },
        }),
      ),
    });
    const refusal = await trainer.fit({ epochs: 1 }).catch(String);
    expect(refusal).toMatch(/TRAINER_BAD_LOG/);
    expect(refusal).toMatch(text);
    await trainer.dispose();
  });

  it('leaves no tensors behind, and nothing in evaluation', async () => {
    const before = tf.memory().numTensors;
    const trainer = make({ plugins: everywhere() });
    await trainer.evaluate();
    await trainer.fit({ epochs: 1 });
    await trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
