import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import type { ClassDataset } from '../contract/dataset.js';
import {
  BATCH_TRANSFORMS,
  EVALUATION_WEIGHTS,
  GRADIENT_TRANSFORMS,
  LOSS,
  METRICS,
  PENALTIES,
  POSTHOC_TRANSFORMS,
} from '../roles/core-roles.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { BackboneDefinition } from '../contract/layers.js';
import type { SetupContext, StateValue } from '../contract/plugin.js';
import { accuracy } from '../parts/metrics/accuracy.js';
import { constant } from '../parts/schedules/constant.js';
import { recordEvents, tinyBackbone, tinyDataset, valuesOf } from './tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    batchSize: 8,
    schedule: constant(0.1),
    ...options,
  });
const plugin = (setup: (context: SetupContext) => (() => void) | void, name = 'p') =>
  definePlugin({ name, version: '1.0.0', api: '^2.0', setup });

/** The tiny backbone with something done in every application. */
const backboneThat = (
  act: (...args: Parameters<ReturnType<BackboneDefinition['build']>['apply']>) => void,
) => {
  const plain = tinyBackbone();
  return {
    ...plain,
    build: (...built: Parameters<BackboneDefinition['build']>) => {
      const layer = plain.build(...built);
      return {
        outputSize: layer.outputSize,
        apply: (...args: Parameters<typeof layer.apply>) => {
          act(...args);
          return layer.apply(...args);
        },
      };
    },
  } satisfies BackboneDefinition;
};

describe('a step that fails', () => {
  it('keeps the last good weights when the loss is not finite', async () => {
    let rate = 0.1;
    const trainer = make({ schedule: { name: 'mine', learningRate: () => rate } });
    trainer.hooks.step$.subscribe(
      (event) => event.type === 'step-end' && event.position.step === 1 && (rate = 1e38),
    );
    await expect(trainer.fit({ epochs: 9 })).rejects.toThrow('LOSS_NOT_FINITE');
    for (const values of Object.values(valuesOf(trainer))) expect(values.every(Number.isFinite)).toBe(true);
    await trainer.dispose();
  });

  it.each([
    ['a foreign variable', () => tf.variable(tf.zeros([5])), tf.zeros([5]), /not a variable of this trainer/],
    ['a wrong shape', undefined, tf.zeros([3]), /expected float32 \[5\], received float32 \[3\]/],
  ])('names an update of %s, changes nothing and leaks nothing', async (_what, foreign, value, text) => {
    const other = foreign?.();
    const own: { mean?: tf.Variable } = {};
    const trainer = make({
      model: backboneThat((_images, context) => {
        if (context.training) context.update(other ?? own.mean!, value);
      }),
    });
    await trainer.evaluate();
    own.mean = trainer.variables().find((info) => info.name === 'backbone/mean')!.variable;
    const [values, tensors] = [valuesOf(trainer), tf.memory().numTensors];
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(text);
    expect(valuesOf(trainer)).toEqual(values);
    expect(tf.memory().numTensors).toBe(tensors);
    await trainer.dispose();
    other?.dispose();
  });

  it('lets observers hear of the end', async () => {
    const trainer = make({ schedule: constant(1e38) });
    const events = recordEvents(trainer);
    await expect(trainer.fit({ epochs: 9 })).rejects.toThrow();
    expect(events.at(-1)).toMatchObject({ type: 'fit-end', reason: 'failed', interrupted: true });
    await trainer.dispose();
  });

  it("does not hand one run's observer failure to the next", async () => {
    let failing = true;
    const loss = {
      name: 'mine',
      loss: (logits: Tensor2D) => tf.sum(tf.mul(logits, failing ? NaN : 0)) as tf.Scalar,
    };
    const trainer = make({ loss });
    trainer.hooks.step$.subscribe(() => {
      if (failing) throw new Error('from the first run');
    });
    await trainer.fit({ epochs: 9 }).catch(() => undefined);
    failing = false;
    await expect(trainer.fit({ epochs: 1 })).resolves.toMatchObject({ reason: 'done' });
    await trainer.dispose();
  });
});

describe('random inputs of a step', () => {
  it('differ between two draws of one purpose', async () => {
    const seen: number[][] = [];
    const trainer = make({
      model: backboneThat((_images, context) => {
        if (!context.training) return;
        for (let draw = 0; draw < 2; draw++)
          seen.push(Array.from(context.uniform('dropout', [4]).dataSync()));
      }),
    });
    await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    expect(new Set(seen.map(String)).size).toBe(6);
    await trainer.dispose();
  });

  it('are not shifted by draws of another purpose', async () => {
    const drawn = async (others: number) => {
      const seen: number[][] = [];
      const trainer = make({
        plugins: plugin(({ roles }) =>
          roles.contribute(GRADIENT_TRANSFORMS, {
            name: 'drawing',
            transform(gradients, context) {
              for (let other = 0; other < others; other++) context.uniform('other', [2]);
              seen.push(Array.from(context.uniform('mine', [4]).dataSync()));
              return gradients;
            },
          }),
        ),
      });
      await trainer.fit({ epochs: 1, evaluateEvery: 0 });
      await trainer.dispose();
      return seen;
    };
    expect(await drawn(3)).toEqual(await drawn(0));
  });
});

describe('requests', () => {
  it('for an evaluation at the end of an epoch are served before its checkpoint, once', async () => {
    const trainer = make();
    const events = recordEvents(trainer);
    trainer.hooks.epoch$.subscribe((event) => {
      if (event.type !== 'epoch-end') return;
      trainer.requests.requestEvaluation();
      trainer.requests.requestCheckpoint();
    });
    await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    await trainer.fit({ epochs: 2, evaluateEvery: 1 });
    const types = events.map((event) => event.type);
    expect(types.filter((type) => type === 'evaluation-end')).toHaveLength(2);
    expect(types.indexOf('evaluation-end')).toBeLessThan(types.indexOf('checkpoint-saved'));
    await trainer.dispose();
  });

  it('to stop are heard while the data is still loading', async () => {
    const trainer = make();
    const fitted = trainer.fit({ epochs: 3 });
    trainer.requests.requestStop('early');
    await expect(fitted).resolves.toMatchObject({ reason: 'early', steps: 0 });
    await expect(trainer.fit({ epochs: 1 })).resolves.toMatchObject({ reason: 'done' });
    await trainer.dispose();
  });
});

describe('roles filled by class instances', () => {
  it('keep their this', async () => {
    class Everything {
      readonly name = 'everything';
      readonly factor = 0.5;
      penalty() {
        return tf.scalar(this.factor);
      }
      transform<T>(value: T): T {
        expect(this.factor).toBe(0.5);
        return value;
      }
    }
    const trainer = make({
      plugins: plugin(({ roles }) => {
        roles.contribute(PENALTIES, new Everything());
        roles.contribute(GRADIENT_TRANSFORMS, new Everything());
        roles.contribute(POSTHOC_TRANSFORMS, new Everything());
      }),
    });
    await expect(trainer.fit({ epochs: 1 })).resolves.toMatchObject({ reason: 'done' });
    await trainer.dispose();
  });
});

describe('evaluation weights that do not fit', () => {
  it('leave the trained ones in place', async () => {
    const pairs = new Map<tf.Variable, tf.Variable>();
    const trainer = make({
      plugins: plugin(({ roles }) =>
        roles.provide(EVALUATION_WEIGHTS, { name: 'broken', substitutes: () => pairs }),
      ),
    });
    await trainer.evaluate();
    const before = valuesOf(trainer);
    const [first, second] = trainer.variables().map((info) => info.variable);
    const substitutes = [tf.variable(tf.zeros(first.shape)), tf.variable(tf.zeros([7]))];
    pairs.set(first, substitutes[0]).set(second, substitutes[1]);
    const tensors = tf.memory().numTensors;
    await expect(trainer.evaluate()).rejects.toThrow(
      /ROLE_RETURNED.*'p'.*EVALUATION_WEIGHTS.*'substitutes'.*is \[7\]/,
    );
    expect(valuesOf(trainer)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
    await trainer.dispose();
    for (const substitute of substitutes) substitute.dispose();
  });
});

describe("a plugin's state", () => {
  const persisting = (state: { save: () => StateValue; load?: () => void }, name: string) =>
    plugin(
      ({ state: registry }) => registry.persist('k', { version: 1, load: () => undefined, ...state }),
      name,
    );

  it('that cannot be saved is named', async () => {
    const broken = persisting({ save: () => JSON.parse('no json') as StateValue }, 'broken');
    const trainer = make({ plugins: broken });
    await expect(trainer.save()).rejects.toThrow(/STATE_NOT_SAVED.*'broken'.*'k'/s);
    const odd = make({ plugins: persisting({ save: () => new Map() as unknown as StateValue }, 'odd') });
    await expect(odd.save()).rejects.toThrow(/STATE_NOT_SAVED.*a Map.*plain data/s);
    await trainer.dispose();
    await odd.dispose();
  });

  it('is given back when a later plugin refuses its own', async () => {
    let value = 1;
    let refuse = false;
    const trainer = make({
      plugins: [
        plugin(
          ({ state }) =>
            state.persist('v', {
              version: 1,
              save: () => value,
              load: (saved) => void (value = saved as number),
            }),
          'first',
        ),
        persisting(
          {
            save: () => null,
            load: () => {
              if (refuse) throw new Error('no');
            },
          },
          'second',
        ),
      ],
    });
    await trainer.save();
    value = 2;
    refuse = true;
    const load = trainer.resume();
    await expect(load).rejects.toThrow();
    expect(value).toBe(2);
    await trainer.dispose();
  });
});

describe('faults at the door', () => {
  const dataset = (change: Partial<ClassDataset>): ClassDataset => ({ ...tinyDataset(), ...change });
  it.each<[string, Partial<TrainerOptions>, RegExp]>([
    ['counts', { data: dataset({ classCounts: [12, 6, 3] }) }, /BAD_DATASET.*classCounts is \[12, 6, 3\]/],
    ['names', { data: dataset({ classNames: ['a', 'b'] }) }, /BAD_DATASET.*class 2, expected 0 \.\. 1/],
    [
      'a transform that drops examples',
      {
        plugins: plugin(({ roles }) =>
          roles.contribute(BATCH_TRANSFORMS, {
            name: 'drop',
            transform: (batch) => void (batch.targets = batch.targets.subarray(3)),
          }),
        ),
      },
      /ROLE_RETURNED.*'p'.*BATCH_TRANSFORMS.*21 target values, expected 8 × 3/,
    ],
    [
      'two metrics of one name',
      { plugins: plugin(({ roles }) => [1, 2].forEach(() => roles.contribute(METRICS, accuracy()))) },
      /DUPLICATE_METRIC.*'all'/,
    ],
  ])('are named: %s', async (_what, options, text) => {
    const trainer = make(options);
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(text);
    await trainer.dispose();
  });

  it.each([
    { epochs: 1.5 },
    { epochs: -1 },
    { epochs: 1, evaluateEvery: -1 },
    { epochs: 1, evaluateEvery: NaN },
  ])('fit refuses %j', async (options) => {
    const trainer = make();
    await expect(trainer.fit(options)).rejects.toThrow(/TRAINER_BAD_OPTION.*of fit/);
    await trainer.dispose();
  });

  it('a failed load can be tried again', async () => {
    let tries = 0;
    const load = () =>
      tries++ === 0 ? Promise.reject(new Error('offline')) : Promise.resolve(tinyDataset());
    const trainer = make({ data: { name: 'later', load } });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow('offline');
    await expect(trainer.fit({ epochs: 1 })).resolves.toMatchObject({ reason: 'done' });
    await trainer.dispose();
  });

  it('data that cannot be read is named before a run begins, which says of nothing that it was saved', async () => {
    const data = tinyDataset();
    const read = () => {
      throw new Error('EIO');
    };
    const trainer = make({ data: { ...data, test: { ...data.test, read } } });
    const failure = trainer.fit({ epochs: 1 });
    await expect(failure).rejects.toThrow(
      /TRAINER_ROLE_FAILED.*'test\.read': EIO\. Correct it or leave it out\.$/,
    );
    await trainer.dispose();
  });

  it('a provider that throws is named, and teardowns run', () => {
    const calls: string[] = [];
    const failing = plugin(({ roles }) => {
      roles.provideFrom(LOSS, () => {
        throw new Error('boom');
      });
      return () => void calls.push('torn down');
    });
    expect(() => make({ plugins: failing })).toThrow(/TRAINER_SETUP_FAILED.*'p'.*boom/s);
    expect(calls).toEqual(['torn down']);
  });

  it.each(['options', 'the caller'])('the name %s is reserved', (name) => {
    expect(() => make({ plugins: plugin(() => undefined, name) })).toThrow(/reserved/);
  });
});

describe('dispose', () => {
  it('during a run stops it first', async () => {
    const before = tf.memory().numTensors;
    const trainer = make();
    const fitted = trainer.fit({ epochs: 50 });
    await trainer.dispose();
    await expect(fitted).resolves.toMatchObject({ reason: 'disposed', interrupted: true });
    expect(tf.memory().numTensors).toBe(before);
    expect(() => trainer.explain()).toThrow('TRAINER_DISPOSED');
  });

  it('disposes of the rest after a teardown that throws', async () => {
    const before = tf.memory().numTensors;
    const calls: string[] = [];
    const failing = plugin(
      () => () => {
        throw new Error('stuck');
      },
      'b',
    );
    const trainer = make({ plugins: [plugin(() => () => void calls.push('a'), 'a'), failing] });
    await trainer.evaluate();
    await expect(trainer.dispose()).rejects.toThrow(/TRAINER_TEARDOWN_FAILED.*plugin 'b'.*stuck/s);
    expect(calls).toEqual(['a']);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('two trainers side by side equal one alone', async () => {
  const [alone, left, right] = [make(), make(), make({ model: tinyBackbone({ dropout: 0.5 }), seed: 4 })];
  await alone.fit({ epochs: 2 });
  await Promise.all([left.fit({ epochs: 2 }), right.fit({ epochs: 2 })]);
  expect(valuesOf(left)).toEqual(valuesOf(alone));
  const [kernel] = left.variables();
  expect((kernel.variable as unknown as Tensor2D).shape).toEqual([4, 5]);
  for (const trainer of [alone, left, right]) await trainer.dispose();
});
