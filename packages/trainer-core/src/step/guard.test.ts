import * as tf from '@tensorflow/tfjs-core';
import { isEvenkeelError } from '@evenkeel/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { SetupContext } from '../contract/plugin.js';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { constant } from '../parts/schedules/constant.js';
import {
  BATCH_TRANSFORMS,
  CHECKPOINTS,
  FEATURE_TRANSFORMS,
  GRADIENT_TRANSFORMS,
  SCHEDULE,
} from '../roles/core-roles.js';
import { tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const make = (setup?: (context: SetupContext) => void, options: Partial<TrainerOptions> = {}) =>
  createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    batchSize: 8,
    seed: 1,
    plugins: setup && definePlugin({ name: 'p', version: '1.0.0', api: '^2.0', setup }),
    ...options,
  });

/** 1 until step 3, NaN from then on. */
const poison = (step: tf.Scalar) => tf.where(tf.greaterEqual(step, 3), tf.scalar(NaN), tf.scalar(1));

const POISONS: Record<string, (context: SetupContext) => void> = {
  'a gradient': ({ roles }) =>
    roles.contribute(GRADIENT_TRANSFORMS, {
      name: 'poison',
      transform: (gradients, { step }) =>
        new Map(Array.from(gradients, ([info, gradient]) => [info, tf.mul(gradient, poison(step))])),
    }),
  'an update of a statistic': ({ roles }) =>
    roles.contribute(FEATURE_TRANSFORMS, {
      name: 'poison',
      build(scope, features) {
        const seen = scope.statistic('seen', [], () => Float32Array.of(0));
        return {
          outputSize: features,
          apply(x, context) {
            const next = tf.add(seen, 1);
            context.update(seen, tf.where(tf.greater(next, 3), tf.scalar(Infinity), next));
            return x;
          },
        };
      },
    }),
};

describe('a step moves all variables to finite values, or none', () => {
  it.each(Object.entries(POISONS))('with %s that is not finite', async (_what, setup) => {
    const store = memoryCheckpoints();
    const trainer = make((context) => {
      setup(context);
      context.roles.provide(CHECKPOINTS, store);
    });
    const reached: Record<string, number[]>[] = [];
    trainer.hooks.step$.subscribe(({ type }) => {
      if (type === 'step-end') reached.push(valuesOf(trainer));
    });
    const before = tf.memory().numTensors;
    const failure: unknown = await trainer.fit({ epochs: 3 }).catch((error: unknown) => error);
    expect(isEvenkeelError(failure, 'TRAINER_UPDATE_NOT_FINITE')).toBe(true);
    expect(String(failure)).toMatch(/finite in epoch 2, batch 1 \(step 4 of the run, tag 'base'\)/);
    expect(String(failure)).toMatch(/new value of '(optimizer\/.*kernel.*|features\/poison\/seen)'/);
    expect(reached).toHaveLength(3);
    expect(valuesOf(trainer)).toEqual(reached[2]);
    await trainer.dispose();
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before);

    const resumed = make((context) => {
      setup(context);
      context.roles.provide(CHECKPOINTS, store);
    });
    await resumed.resume();
    expect(valuesOf(resumed)).toEqual(reached[2]); // what was done before is saved
    await resumed.dispose();
  });

  it('in the last step too: it does not say done', async () => {
    const trainer = make(POISONS['a gradient']);
    trainer.hooks.step$.subscribe(() => undefined);
    const ends: string[] = [];
    trainer.hooks.events$.subscribe((event) => event.type === 'fit-end' && ends.push(event.reason));
    await trainer.fit({ epochs: 1 });
    await expect(trainer.fit({ epochs: 2 })).rejects.toThrow('UPDATE_NOT_FINITE');
    expect(ends).toEqual(['done', 'failed']);
    await trainer.dispose();
  });

  it.each([NaN, -1, Infinity])('refuses a learning rate of %d by the name of the schedule', async (rate) => {
    const trainer = make(({ roles }) =>
      roles.provide(SCHEDULE, { name: 'odd', learningRate: ({ batch }) => (batch < 2 ? 0.1 : rate) }),
    );
    const failure: unknown = await trainer.fit({ epochs: 1 }).catch((error: unknown) => error);
    expect(isEvenkeelError(failure, 'TRAINER_ROLE_RETURNED')).toBe(true);
    expect(String(failure)).toMatch(/'p', in role 'SCHEDULE'.*'learningRate'.*at least 0.*batch 3/s);
    await trainer.dispose();
  });

  it('blames the example, not the learning rate, for an input that is not finite', async () => {
    const trainer = make(({ roles }) =>
      roles.contribute(BATCH_TRANSFORMS, {
        name: 'broken',
        transform: ({ inputs, indices }) =>
          void inputs.forEach((_, at) => indices[at >> 2] === 5 && (inputs[at] = NaN)),
      }),
    );
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(
      /TRAINER_DATA_NOT_FINITE.*Training example 5 has the input value NaN/,
    );
    await trainer.dispose();
  });

  it('gives advice that works: a run that diverged resumes with a lower rate', async () => {
    const store = memoryCheckpoints();
    const keep = ({ roles }: SetupContext) => roles.provide(CHECKPOINTS, store);
    // Gradients so large that a rate this high gives no finite weights.
    const loss = { name: 'steep', loss: (z: tf.Tensor2D) => tf.mul<tf.Scalar>(tf.mean(tf.square(z)), 1e4) };
    const late = { name: 'too high', learningRate: ({ batch }: { batch: number }) => (batch < 2 ? 0 : 3e38) };
    const high = make(keep, { loss, schedule: late });
    await expect(high.fit({ epochs: 2 })).rejects.toThrow(/UPDATE_NOT_FINITE.*changed: \['SCHEDULE'\]/s);
    await high.dispose();
    const low = make(keep, { loss, schedule: constant(1e-6) });
    await expect(low.resume()).rejects.toThrow(/role SCHEDULE.*changed: \['SCHEDULE'\]/s);
    await low.resume(undefined, { changed: ['SCHEDULE'] });
    await expect(low.fit({ epochs: 2 })).resolves.toMatchObject({ reason: 'done', steps: 6 });
    await low.dispose();
  });
});
