import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointStore } from '../contract/checkpoint-store.js';
import type { ClassDataset, LabelledSource } from '../contract/dataset.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { PluginInput, SetupContext } from '../contract/plugin.js';
import { role } from '../contract/roles.js';
import { object, text } from '../contract/shape.js';
import { softmaxCrossEntropy } from '../parts/losses/softmax-cross-entropy.js';
import { adamW } from '../parts/optimizers/adam.js';
import { sgd } from '../parts/optimizers/sgd.js';
import { cosine } from '../parts/schedules/cosine.js';
import { multiStep } from '../parts/schedules/multi-step.js';
import { exponentialMovingAverage } from '../plugins/ema.js';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { countClasses } from '../parts/sampling/class-index.js';
import * as roles from '../roles/core-roles.js';
import { tinyBackbone, tinyDataset } from './tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const plugin = (setup: (context: SetupContext) => void, name = 'mine', version = '1.0.0') =>
  definePlugin({ name, version, api: '^2.0', setup });
const make = (store: CheckpointStore, options: Partial<TrainerOptions> = {}) =>
  createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    ...options,
    plugins: [plugin((to) => to.roles.provide(roles.CHECKPOINTS, store), 'storing'), options.plugins],
  });

/** Saves a run of some options, and resumes it with others: `resumed`, or why not. */
async function resume(
  from: Partial<TrainerOptions>,
  to: Partial<TrainerOptions>,
  changed?: readonly string[],
): Promise<string> {
  const store = memoryCheckpoints();
  const saving = make(store, from);
  await saving.save();
  await saving.dispose();
  const resuming = make(store, to);
  try {
    await resuming.resume(undefined, changed && { changed });
    return 'resumed';
  } catch (error) {
    return String(error);
  } finally {
    await resuming.dispose();
  }
}
/** Both ways: with and without. */
async function resumeBothWays(options: Partial<TrainerOptions>): Promise<readonly string[]> {
  return [await resume(options, {}), await resume({}, options)];
}
const bothWaysWith = (plugins: PluginInput) => resumeBothWays({ plugins });
const FREE = ['resumed', 'resumed'];

const transform = { name: 'same', transform: (logits: tf.Tensor2D) => tf.mul<tf.Tensor2D>(logits, 1) };

describe("what belongs to a run's identity", () => {
  it('is a contribution or decoration, by name', async () => {
    const contributed = await bothWaysWith(
      plugin((to) => to.roles.contribute(roles.LOGIT_TRANSFORMS, transform)),
    );
    expect(contributed[0]).toMatch(/TRAINER_CHECKPOINT_MISMATCH.*role LOGIT_TRANSFORMS/s);
    expect(contributed[1]).toMatch(/TRAINER_CHECKPOINT_MISMATCH.*role LOGIT_TRANSFORMS/s);
    const decorated = await bothWaysWith(
      plugin((to) =>
        to.roles.decorate(roles.LOSS, (inner) => ({ ...inner, name: `my ${inner.name}`, loss: inner.loss })),
      ),
    );
    for (const refusal of decorated) expect(refusal).toMatch(/TRAINER_CHECKPOINT_MISMATCH.*role LOSS/s);
  });

  it('is every option of what fills a role', async () => {
    const pairs: Record<string, [string, Partial<TrainerOptions>, Partial<TrainerOptions>]> = {
      OPTIMIZER: ['momentum', { optimizer: sgd({ momentum: 0.9 }) }, { optimizer: sgd({ momentum: 0.5 }) }],
      'OPTIMIZER, another': [
        'weightDecay',
        { optimizer: adamW({ weightDecay: 0.1 }) },
        { optimizer: adamW({ weightDecay: 0.2 }) },
      ],
      'OPTIMIZER, decorated': [
        'decay',
        { plugins: exponentialMovingAverage({ decay: 0.9 }) },
        { plugins: exponentialMovingAverage({ decay: 0.99 }) },
      ],
      SCHEDULE: ['base', { schedule: cosine({ base: 0.1 }) }, { schedule: cosine({ base: 0.2 }) }],
      'SCHEDULE, another': [
        'drops',
        { schedule: multiStep({ base: 0.1, drops: { 1: 0.1 } }) },
        { schedule: multiStep({ base: 0.1, drops: { 2: 0.1 } }) },
      ],
      LOSS: ['labelSmoothing', {}, { loss: softmaxCrossEntropy({ labelSmoothing: 0.1 }) }],
    };
    for (const [name, [option, from, to]] of Object.entries(pairs)) {
      const [role] = name.split(',');
      expect(await resume(from, from), name).toBe('resumed');
      expect(await resume(from, to), name).toMatch(
        new RegExp(`TRAINER_CHECKPOINT_MISMATCH.*'${option}' in role ${role}.*changed: \\['${role}'\\]`, 's'),
      );
      expect(await resume(from, to, [role]), name).toBe('resumed');
    }
  });

  it('is no option that one side does not know, and tells one that is not set from one that is', async () => {
    const withSettings = (settings?: Readonly<Record<string, unknown>>) => ({
      plugins: plugin((to) => to.roles.contribute(roles.LOGIT_TRANSFORMS, { ...transform, settings })),
    });
    for (const other of [undefined, {}, { b: 2 }, { a: 1, b: 2 }])
      expect(await resume(withSettings({ a: 1 }), withSettings(other))).toBe('resumed');
    for (const a of [2, undefined, Infinity, [1], Float64Array.of(1)])
      for (const [from, to] of [
        [a, 1],
        [1, a],
      ])
        expect(await resume(withSettings({ a: from }), withSettings({ a: to }))).toMatch(/'a' in role LOGIT/);
    const prior = () => withSettings({ prior: Float64Array.of(0.5, 0.5), until: Infinity });
    expect(await resume(prior(), prior())).toBe('resumed');
    const wrong = () => make(memoryCheckpoints(), withSettings([1] as never));
    expect(wrong).toThrow(/TRAINER_BAD_ROLE_VALUE.*'settings': expected an object of options/s);
  });

  it('is not what says identity: false, contributed, provided or decorated', async () => {
    const not = { identity: false };
    const given: ((context: SetupContext) => void)[] = [
      (to) => to.roles.contribute(roles.LOGIT_TRANSFORMS, transform, not),
      (to) => to.roles.decorate(roles.LOSS, (inner) => ({ name: 'watched', loss: inner.loss }), not),
      (to) => to.roles.decorate(roles.OPTIMIZER, (inner) => ({ ...inner, name: 'watched' }), not),
    ];
    for (const setup of given) expect(await bothWaysWith(plugin(setup))).toEqual(FREE);
  });

  it('is what else decorates a role, inside or outside of a decoration that is none', async () => {
    const named = (name: string, identity: boolean) =>
      plugin(
        (to) =>
          to.roles.decorate(
            roles.LOSS,
            (inner) => ({ name: `${name}(${inner.name})`, loss: inner.loss }),
            identity ? {} : { identity: false },
          ),
        name,
      );
    const [real, other] = [named('real', true), named('other', true)];
    const watching = named('watching', false);
    for (const plugins of [
      [watching, real],
      [real, watching],
    ]) {
      expect(await resume({ plugins }, { plugins: real }), 'without').toBe('resumed');
      expect(await resume({ plugins: real }, { plugins }), 'with').toBe('resumed');
      expect(await resume({ plugins }, { plugins: [watching, other] })).toMatch(/MISMATCH.*role LOSS/s);
    }
  });

  it('is no part of the list of plugins: observers, their order and their versions', async () => {
    const observer = (name: string, version = '1.0.0') =>
      plugin((to) => void to.hooks.events$.subscribe(() => undefined), name, version);
    expect(await bothWaysWith([observer('a'), observer('b')])).toEqual(FREE);
    expect(
      await resume(
        { plugins: [observer('a'), observer('b')] },
        { plugins: [observer('b', '2.0.0'), observer('a')] },
      ),
    ).toBe('resumed');
  });

  it('is a role of a third party, its default included, unless the role says not', async () => {
    const declaration = { purpose: 'mine', called: 'never', shape: object({ name: text }) };
    const fallback = { words: 'plain', make: () => ({ name: 'plain' }) };
    const using = (identity: boolean, name?: string) => {
      const MINE = role<{ name: string }>('test/MINE', { ...declaration, fallback, identity });
      return [
        plugin((to) => void to.roles.claim(MINE), 'using'),
        name !== undefined && plugin((to) => to.roles.provide(MINE, { name }), 'filling'),
      ];
    };
    const trainer = make(memoryCheckpoints(), { plugins: using(true) });
    expect(trainer.explain()).toMatch(/test\/MINE +plain \(default\), used inside using/);
    await trainer.dispose();
    const change = (identity: boolean) =>
      resume({ plugins: using(identity) }, { plugins: using(identity, 'other') });
    expect(await change(true)).toMatch(/MISMATCH.*role test\/MINE is 'other' here and 'plain'/s);
    expect(await change(false)).toBe('resumed');
  });

  it('may be changed on purpose, role by role', async () => {
    const store = memoryCheckpoints();
    const first = make(store);
    await first.save();
    await first.dispose();
    const plugins = plugin((to) => to.roles.contribute(roles.LOGIT_TRANSFORMS, transform));
    const second = make(store, { plugins });
    expect(await second.resume(undefined, { changed: ['LOGIT_TRANSFORMS'] })).toBe(true);
    await second.dispose();
  });

  it('refuses the name of a role that is no part of it', async () => {
    const store = memoryCheckpoints();
    const first = make(store);
    await first.save();
    await first.dispose();
    const second = make(store);
    await expect(second.resume(undefined, { changed: ['SHEDULE'] })).rejects.toThrow(
      /TRAINER_NOT_CHANGED.*'SHEDULE'.*'SCHEDULE'/s,
    );
    await second.dispose();
  });

  it('holds what the trainer of the checkpoint had and this one has not', async () => {
    const MINE = role<{ readonly name: string }>('test/ONLY_THERE', {
      purpose: 'mine',
      called: 'never',
      shape: object({ name: text }),
    });
    const plugins = plugin((to) => to.roles.provide(MINE, { name: 'there' }));
    expect(await resume({ plugins }, {})).toMatch(/MISMATCH.*role test\/ONLY_THERE is .* here and 'there'/s);
  });

  it('is precision, not whether steps are compiled', async () => {
    const compile: TrainerOptions['compile'] = (step) => Object.assign(step, { dispose: () => undefined });
    expect(await resumeBothWays({ compile })).toEqual(FREE);
    const refusal = await resume({ compile }, { compile, precision: 'bfloat16' });
    expect(refusal).toMatch(/MISMATCH.*precision is 'bfloat16' here and 'float32'/s);
  });
});

/** The tiny data set with another training part, of the same name and counts. */
const altered = (change: (train: LabelledSource) => Partial<LabelledSource>): ClassDataset => {
  const data = tinyDataset();
  const train = { ...data.train, ...change(data.train) };
  return { ...data, train, classCounts: countClasses(train.labels, 3) };
};
/** The same examples, read in another order. */
const reordered =
  (order: (index: number, size: number) => number) =>
  (train: LabelledSource): Partial<LabelledSource> => {
    const map = (indices: Int32Array) => indices.map((index) => order(index, train.size));
    return {
      labels: train.labels.map((_label, at) => train.labels[order(at, train.size)]),
      read: (indices, into, randomOf) => train.read(map(indices), into, randomOf),
    };
  };

describe('data of the same name and counts is told apart by', () => {
  const cases: [string, ClassDataset][] = [
    [
      'other pixels, as of another normalisation',
      altered(({ read }) => ({
        async read(indices, into, randomOf) {
          await read(indices, into, randomOf);
          into.forEach((value, at) => (into[at] = value * 1.5));
        },
      })),
    ],
    ['another order', altered(reordered((index, size) => size - 1 - index))],
    ['another order within a class', altered(reordered((index) => (index < 12 ? 11 - index : index)))],
    [
      'another augmentation',
      altered(({ read }) => ({
        async read(indices, into, randomOf) {
          await read(indices, into, randomOf);
          if (randomOf) into[0] += 1;
        },
      })),
    ],
    ['another split', { ...tinyDataset(), validation: tinyDataset().test }],
  ];
  it.each(cases)('%s', async (_what, data) => {
    for (const refusal of await resumeBothWays({ data })) {
      expect(refusal).toMatch(/TRAINER_CHECKPOINT_MISMATCH.*data digest/s);
    }
  });

  it('nothing where nothing differs', async () => {
    expect(await resumeBothWays({ data: altered(() => ({})) })).toEqual(FREE);
  });
});
