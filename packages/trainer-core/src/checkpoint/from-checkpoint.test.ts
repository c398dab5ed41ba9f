import * as tf from '@tensorflow/tfjs-core';
import { isEvenkeelError } from '@evenkeel/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINTS, INITIAL_WEIGHTS, TRAINABLE } from '../roles/core-roles.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { PluginInput, SetupContext } from '../contract/plugin.js';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { linearClassifier } from '../parts/classifiers/linear-classifier.js';
import { exponentialMovingAverage } from '../plugins/ema.js';
import { tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';
import { fromCheckpoint } from './from-checkpoint.js';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';

beforeAll(() => tf.setBackend('cpu'));

const plugin = (setup: (context: SetupContext) => void) =>
  definePlugin({ name: 'own', version: '1.0.0', api: '^2.0', setup });
const make = (plugins: PluginInput, options: Partial<TrainerOptions> = {}) =>
  createTrainer({
    data: tinyDataset(),
    model: tinyBackbone({ dropout: 0.2 }),
    batchSize: 8,
    seed: 1,
    plugins,
    ...options,
  });

/** A run of two epochs: where its checkpoint is, and its values. */
async function finishedRun() {
  const store = memoryCheckpoints();
  const trainer = make(plugin(({ roles }) => roles.provide(CHECKPOINTS, store)));
  await trainer.fit({ epochs: 2 });
  await trainer.save();
  const values = valuesOf(trainer);
  await trainer.dispose();
  return { store, values };
}
const reason = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (isEvenkeelError(error) ? error.message : error),
  );
const network = (values: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('optimizer/')));

describe('fromCheckpoint', () => {
  it('gives the whole network the values of the checkpoint, and leaves the optimizer at its start', async () => {
    const { store, values } = await finishedRun();
    const trainer = make([], { initialWeights: fromCheckpoint(store), seed: 9 });
    await trainer.evaluate();
    const after = valuesOf(trainer);
    expect(network(after)).toEqual(network(values));
    const momenta = Object.entries(after).filter(([name]) => name.startsWith('optimizer/'));
    expect(momenta.length).toBeGreaterThan(0);
    expect(momenta.flatMap(([, numbers]) => numbers).every((number) => number === 0)).toBe(true);
    await trainer.dispose();
  });

  it('takes a part only, and comes before averages that start where the weights do', async () => {
    const { store, values } = await finishedRun();
    const takes = (name: string) => name.startsWith('backbone/');
    const fresh = make([], { seed: 9 });
    await fresh.evaluate();
    const trainer = make(exponentialMovingAverage(), {
      initialWeights: fromCheckpoint(store, { takes }),
      seed: 9,
    });
    await trainer.evaluate();
    const after = valuesOf(trainer);
    expect(after['backbone/kernel']).toEqual(values['backbone/kernel']);
    expect(after['optimizer/ema/backbone/kernel']).toEqual(values['backbone/kernel']);
    expect(after['classifier/kernel']).toEqual(valuesOf(fresh)['classifier/kernel']);
    await trainer.dispose();
    await fresh.dispose();
  });

  it('names what does not fit, both ways, and assigns nothing', async () => {
    const { store } = await finishedRun();
    const trainer = make([], {
      classifier: linearClassifier({ bias: false }),
      model: {
        name: 'other',
        build: (scope) => {
          scope.weight('kernel', [2, 5], () => new Float32Array(10));
          scope.weight('extra', [1], () => new Float32Array(1));
          return { outputSize: 5, apply: (images) => tf.zeros([images.shape[0], 5]) };
        },
      },
      initialWeights: fromCheckpoint(store),
    });
    const text = await reason(trainer.evaluate());
    expect(text).toContain('TRAINER_WEIGHTS_MISMATCH');
    expect(text).toContain("'backbone/kernel' is [4, 5] in the checkpoint and [2, 5] here");
    expect(text).toContain("'backbone/extra' is not in the checkpoint");
    expect(text).toContain("'backbone/mean' is in the checkpoint only");
    expect(text).toContain("'classifier/bias' is in the checkpoint only");
    await trainer.dispose();
  });

  it('refuses weights of other data where the data must be the same', async () => {
    const { store } = await finishedRun();
    const initialWeights = fromCheckpoint(store, { sameData: true });
    const same = make([], { initialWeights });
    expect(await reason(same.evaluate())).toBeUndefined();
    const data = { ...tinyDataset(), test: tinyDataset().train, name: 'another split' };
    const other = make([], { initialWeights, data });
    expect(await reason(other.evaluate())).toContain(
      "[TRAINER_WEIGHTS_OTHER_DATA] The weights in 'memory' were trained on other data, 'tiny'; expected 'another split'",
    );
    await same.dispose();
    await other.dispose();
  });

  it('says where there is nothing, and tries again at the next call', async () => {
    const store = memoryCheckpoints();
    const trainer = make([], { initialWeights: fromCheckpoint(store) });
    expect(await reason(trainer.fit({ epochs: 1 }))).toContain(
      "[TRAINER_WEIGHTS_NOT_FOUND] There is no checkpoint in 'memory'",
    );
    const { store: full, values } = await finishedRun();
    const bytes = (await full.load())!;
    const position = { epoch: 0, batch: 0, step: 0 };
    await store.save({ position, reason: 'end', evaluation: undefined, bytes });
    await trainer.evaluate();
    expect(network(valuesOf(trainer))).toEqual(network(values));
    await trainer.dispose();
  });
});

describe('INITIAL_WEIGHTS', () => {
  it('are given once, in order, and not to a run that resumes, which equals the unbroken one', async () => {
    const { store } = await finishedRun();
    const asked: string[] = [];
    const kept = memoryCheckpoints();
    const stage = () =>
      make(
        plugin(({ roles, hooks, requests }) => {
          roles.provide(CHECKPOINTS, kept);
          const first = fromCheckpoint(store);
          roles.contribute(INITIAL_WEIGHTS, {
            name: 'first',
            initialise: (view) => (asked.push(`first of ${view.variables.length}`), first.initialise(view)),
          });
          roles.contribute(INITIAL_WEIGHTS, {
            name: 'second',
            initialise({ variables }) {
              asked.push('second');
              const { variable } = variables.find(({ name }) => name === 'classifier/kernel')!;
              tf.tidy(() => variable.assign(tf.mul(variable, 2)));
              return Promise.resolve();
            },
          });
          hooks.batch$.subscribe((event) => {
            if (event.type === 'batch-end' && event.position.step === 3) requests.requestCheckpoint();
          });
        }),
      );
    const whole = stage();
    expect(whole.explain()).toContain('INITIAL_WEIGHTS      first (own), then second (own)');
    await whole.evaluate();
    await whole.fit({ epochs: 2 });
    expect(asked).toEqual(['first of 4', 'second']);
    const resumed = stage();
    await resumed.resume();
    await resumed.fit({ epochs: 2 });
    expect(asked.length).toBe(2);
    expect(valuesOf(resumed)).toEqual(valuesOf(whole));
    await whole.dispose();
    await resumed.dispose();
  });

  it('are still given when a resume failed', async () => {
    const { store, values } = await finishedRun();
    const bytes = (await store.load())!;
    const trainer = make(
      plugin(({ roles }) =>
        roles.provide(CHECKPOINTS, {
          name: 'another',
          isDue: () => false,
          save: () => Promise.resolve(''),
          load: () => Promise.resolve(bytes),
        }),
      ),
      { initialWeights: fromCheckpoint(store), seed: 9 },
    );
    expect(await reason(trainer.resume())).toContain('TRAINER_CHECKPOINT_MISMATCH');
    await trainer.evaluate();
    expect(network(valuesOf(trainer))).toEqual(network(values));
    await trainer.dispose();
  });
});

describe('parts that a rule freezes', () => {
  it('compute as in evaluation and keep their statistics, in training too', async () => {
    const seen: string[] = [];
    const { store, values } = await finishedRun();
    const trainer = make(
      plugin(({ roles }) =>
        roles.contribute(TRAINABLE, {
          name: 'classifier only',
          trains: ({ group }) => group === 'classifier',
          freezes: (part, tag) => (seen.push(`${part} ${tag}`), part !== 'classifier'),
        }),
      ),
      { initialWeights: fromCheckpoint(store), model: tinyBackbone({ dropout: 0.9 }) },
    );
    const { history } = await trainer.fit({ epochs: 8 });
    const after = valuesOf(trainer);
    expect(after['backbone/kernel']).toEqual(values['backbone/kernel']);
    expect(after['backbone/mean']).toEqual(values['backbone/mean']);
    expect(after['classifier/kernel']).not.toEqual(values['classifier/kernel']);
    expect(history[7].loss).toBeLessThan(history[0].loss);
    expect([...new Set(seen)]).toEqual(['backbone base', 'classifier base']);
    await trainer.dispose();
  });
});
