import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import type { TrainerEvent } from '../contract/events.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { SetupContext } from '../contract/plugin.js';
import { constant } from '../parts/schedules/constant.js';
import { recordEvents, tinyBackbone, tinyDataset, valuesOf } from './tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    batchSize: 8,
    schedule: constant(0.1),
    seed: 1,
    ...options,
  });

const observer = (name: string, setup: (context: SetupContext) => void) =>
  definePlugin({ name, version: '1.0.0', api: '^2.0', setup });

describe('fit without plugins', () => {
  it('learns separable classes', async () => {
    const trainer = make();
    const result = await trainer.fit({ epochs: 15 });
    expect(result).toMatchObject({ reason: 'done', interrupted: false, steps: 45 });
    expect(result.evaluation?.all).toBe(1);
    expect(result.history.map((record) => record.epoch)).toEqual(
      Array.from({ length: 15 }, (_, epoch) => epoch),
    );
    expect(result.history.at(-1)!.loss).toBeLessThan(result.history[0].loss / 2);
    await trainer.dispose();
  });

  it('equals a training loop written by hand', async () => {
    const trainer = make({ sampler: inOrder() });
    await trainer.fit({ epochs: 2, evaluateEvery: 0 });
    const values = valuesOf(trainer);
    await trainer.dispose();

    const reference = make({ sampler: inOrder() });
    await reference.evaluate();
    const weights = reference.variables().filter((info) => info.kind === 'weight');
    const slots = weights.map((info) => tf.zerosLike(info.variable));
    const [kernel, classifier, bias] = weights.map((info) => info.variable as unknown as tf.Tensor2D);
    const { train } = tinyDataset();
    for (let epoch = 0; epoch < 2; epoch++) {
      for (let place = 0; place < 3; place++) {
        const indices = Int32Array.from({ length: place < 2 ? 8 : 4 }, (_, row) => place * 8 + row);
        const images = new Float32Array(indices.length * 4);
        const { createRandom } = await import('../random/random-stream.js');
        void train.read(indices, images, (row) => createRandom(1, 'data', epoch, place, 'read', row));
        const { grads } = tf.variableGrads(
          () => {
            const hidden = tf.relu(tf.matMul(tf.tensor2d(images, [indices.length, 4]), kernel));
            const logits = tf.add(
              tf.matMul(tf.sub(hidden, tf.mean(hidden, 0)) as tf.Tensor2D, classifier),
              bias,
            );
            const labels = tf.oneHot(
              tf.tensor1d(
                indices.map((index) => train.labels[index]),
                'int32',
              ),
              3,
            );
            return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
          },
          weights.map((info) => info.variable),
        );
        weights.forEach(({ variable }, at) => {
          slots[at] = tf.add(tf.mul(slots[at], 0.9), grads[variable.name]);
          variable.assign(tf.sub(variable, tf.mul(slots[at], 0.1)));
        });
      }
    }
    for (const { name, variable } of weights) {
      const expected = Array.from(variable.dataSync());
      values[name].forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5));
    }
    await reference.dispose();
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const train = async (seed: number) => {
      const trainer = make({ seed, model: tinyBackbone({ dropout: 0.5 }) });
      await trainer.fit({ epochs: 2 });
      const values = valuesOf(trainer);
      await trainer.dispose();
      return values;
    };
    expect(await train(3)).toEqual(await train(3));
    expect(await train(3)).not.toEqual(await train(4));
  });

  it('trains further when more epochs are asked for', async () => {
    const whole = make();
    await whole.fit({ epochs: 3 });
    const parts = make();
    await parts.fit({ epochs: 1 });
    await parts.fit({ epochs: 3 });
    expect(valuesOf(parts)).toEqual(valuesOf(whole));
    await whole.dispose();
    await parts.dispose();
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const trainer = make({ model: tinyBackbone({ dropout: 0.2 }) });
    await trainer.fit({ epochs: 1 });
    const during = tf.memory().numTensors;
    await trainer.fit({ epochs: 4 });
    await trainer.evaluate();
    await trainer.predict(tinyDataset().test);
    expect(tf.memory().numTensors).toBe(during);
    await trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('events', () => {
  it('come in the documented order and number', async () => {
    const trainer = make();
    const events = recordEvents(trainer);
    await trainer.fit({ epochs: 2, evaluateEvery: 2 });
    const batch = ['batch-start', 'step-start', 'step-end', 'batch-end'] as const;
    const epoch = ['epoch-start', ...batch, ...batch, ...batch] as const;
    const evaluation = ['evaluation-start', 'evaluation-progress', 'evaluation-end'] as const;
    expect(events.map((event) => event.type)).toEqual([
      'fit-start',
      ...epoch,
      'epoch-end',
      ...epoch,
      ...evaluation,
      'epoch-end',
      'fit-end',
    ] satisfies TrainerEvent['type'][]);
    expect(events.filter((event) => event.type === 'step-end').map((event) => event.position)).toEqual(
      [0, 1].flatMap((e) => [0, 1, 2].map((b) => ({ epoch: e, batch: b, step: 3 * e + b }))),
    );
    expect(events.filter((event) => event.type === 'batch-end').map((event) => event.size)).toEqual([
      8, 8, 4, 8, 8, 4,
    ]);
    await trainer.dispose();
  });

  it('arrive on the stream of their grain only', async () => {
    const counts = { epoch: 0, batch: 0, step: 0, all: 0 };
    const trainer = make({
      plugins: observer('counter', ({ hooks }) => {
        hooks.epoch$.subscribe(() => counts.epoch++);
        hooks.batch$.subscribe(() => counts.batch++);
        hooks.step$.subscribe(() => counts.step++);
        hooks.events$.subscribe(() => counts.all++);
      }),
    });
    await trainer.fit({ epochs: 2 });
    expect(counts).toEqual({ epoch: 4, batch: 12, step: 12, all: 2 + 4 + 12 + 12 + 2 * 3 });
    await trainer.dispose();
  });

  it('complete when the trainer is disposed', async () => {
    const trainer = make();
    let completed = false;
    trainer.hooks.step$.subscribe({ complete: () => (completed = true) });
    await trainer.dispose();
    expect(completed).toBe(true);
  });
});

describe('an observer that throws', () => {
  it.each(['direct', 'through an operator'])('is named, and the others are served (%s)', async (way) => {
    const { map } = await import('rxjs');
    const seen: string[] = [];
    const fail = () => {
      throw new Error('broken');
    };
    const trainer = make({
      plugins: [
        observer('culprit', ({ hooks }) => {
          if (way === 'direct') hooks.step$.subscribe(fail);
          else hooks.step$.pipe(map(fail)).subscribe();
        }),
        observer('other', ({ hooks }) => void hooks.step$.subscribe((event) => seen.push(event.type))),
      ],
    });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(
      /TRAINER_OBSERVER_FAILED.*'culprit'.*'step-start': broken/s,
    );
    expect(seen).toEqual(['step-start', 'step-end']);
    // Its work up to that batch is safe.
    expect(await trainer.resume()).toBe(true);
    await trainer.dispose();
  });
});

describe('requests', () => {
  it('stop after the batch, and a later fit trains further', async () => {
    const whole = make();
    await whole.fit({ epochs: 2 });
    let stops = 0;
    const trainer = make({
      plugins: observer('stopper', ({ hooks, requests }) => {
        hooks.step$.subscribe((event) => {
          if (event.type === 'step-start' && event.position.step === 1 && stops++ === 0)
            requests.requestStop('enough');
        });
      }),
    });
    const stopped = await trainer.fit({ epochs: 2 });
    expect(stopped).toMatchObject({ reason: 'enough', interrupted: true, steps: 2 });
    const done = await trainer.fit({ epochs: 2 });
    expect(done).toMatchObject({ reason: 'done', interrupted: false, steps: 6 });
    expect(valuesOf(trainer)).toEqual(valuesOf(whole));
    await whole.dispose();
    await trainer.dispose();
  });

  it('evaluate and save after the batch, in this order', async () => {
    const trainer = make({
      plugins: observer('asker', ({ hooks, requests }) => {
        hooks.batch$.subscribe((event) => {
          if (event.type !== 'batch-end' || event.position.step !== 0) return;
          requests.requestCheckpoint();
          requests.requestEvaluation();
        });
      }),
    });
    const events = recordEvents(trainer);
    await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    expect(events.map((event) => event.type).slice(5, 10)).toEqual([
      'batch-end',
      'evaluation-start',
      'evaluation-progress',
      'evaluation-end',
      'checkpoint-saved',
    ]);
    expect(events[9]).toMatchObject({ position: { epoch: 0, batch: 1, step: 1 }, location: 'memory' });
    await trainer.dispose();
  });

  it('stop when the signal is aborted', async () => {
    const abort = new AbortController();
    const trainer = make();
    trainer.hooks.batch$.subscribe(() => abort.abort());
    expect(await trainer.fit({ epochs: 5, signal: abort.signal })).toMatchObject({
      reason: 'aborted',
      steps: 1,
    });
    await trainer.dispose();
  });
});

describe('a run that cannot resume', () => {
  it('says where the loss stopped being finite', async () => {
    const trainer = make({ schedule: constant(1e30) });
    await expect(trainer.fit({ epochs: 3 })).rejects.toThrow(
      /TRAINER_LOSS_NOT_FINITE.*learning rate 1e\+30/s,
    );
    await trainer.dispose();
  });

  it('refuses to do two things at once, and anything after dispose', async () => {
    const trainer = make();
    const first = trainer.fit({ epochs: 1 });
    await expect(trainer.evaluate()).rejects.toThrow('TRAINER_BUSY');
    await first;
    await expect(trainer.evaluate({ split: 'validation' })).rejects.toThrow(
      /TRAINER_UNKNOWN_SPLIT.*'train', 'test'/,
    );
    await trainer.dispose();
    await expect(trainer.fit({ epochs: 2 })).rejects.toThrow('TRAINER_DISPOSED');
  });
});

describe('predict', () => {
  it('gives the logits of every example', async () => {
    const trainer = make();
    await trainer.fit({ epochs: 15 });
    const { test } = tinyDataset();
    const logits = await trainer.predict(test);
    expect(logits.length).toBe(18);
    test.labels.forEach((label, row) => {
      const scores = Array.from(logits.subarray(3 * row, 3 * row + 3));
      expect(scores.indexOf(Math.max(...scores))).toBe(label);
    });
    await trainer.dispose();
  });
});

function inOrder(): NonNullable<TrainerOptions['sampler']> {
  return {
    name: 'in order',
    build: ({ labels, batchSize }) => ({
      name: 'in order',
      tags: ['base'],
      batchesIn: () => Math.ceil(labels.length / batchSize),
      plan: () => ({
        length: Math.ceil(labels.length / batchSize),
        batch: (place) => ({
          tag: 'base',
          indices: Int32Array.from(labels, (_, index) => index).subarray(
            place * batchSize,
            (place + 1) * batchSize,
          ),
        }),
      }),
      classPrior: () => Float64Array.of(0.6, 0.3, 0.1),
    }),
  };
}
