import * as tf from '@tensorflow/tfjs-core';
import { isEvenkeelError } from '@evenkeel/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { definePlugin } from '../contract/define-plugin.js';
import type { RoleRegistry } from '../contract/plugin.js';
import type { ListRole, SingleRole } from '../contract/roles.js';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { CORE_ROLES, LOSS, SAMPLER, SCHEDULE } from '../roles/core-roles.js';
import * as roles from '../roles/core-roles.js';
import { tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';

beforeAll(() => tf.setBackend('cpu'));

const make = (setup: (book: RoleRegistry) => void, options: Partial<TrainerOptions> = {}) =>
  createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    batchSize: 8,
    plugins: definePlugin({
      name: 'p',
      version: '1.0.0',
      api: '^2.0',
      setup: (context) => setup(context.roles),
    }),
    ...options,
  });

const boom = (): never => {
  throw new Error('boom');
};

/** A value of every role whose call fails while a run is under way. */
const FAILING: Record<string, (book: RoleRegistry) => void> = {
  SAMPLER: (book) =>
    book.decorate(roles.SAMPLER, (inner) => ({
      name: 'x',
      build: (context) => ({ ...inner.build(context), plan: boom }),
    })),
  BATCH_TRANSFORMS: (book) => book.contribute(roles.BATCH_TRANSFORMS, { name: 'x', transform: boom }),
  'BATCH_TRANSFORMS, later': (book) =>
    book.contribute(roles.BATCH_TRANSFORMS, {
      name: 'x',
      transform: () => Promise.reject(new Error('boom')),
    }),
  FEATURE_TRANSFORMS: (book) =>
    book.contribute(roles.FEATURE_TRANSFORMS, { name: 'x', build: () => ({ outputSize: 5, apply: boom }) }),
  INITIAL_WEIGHTS: (book) => book.contribute(roles.INITIAL_WEIGHTS, { name: 'x', initialise: boom }),
  LOGIT_TRANSFORMS: (book) => book.contribute(roles.LOGIT_TRANSFORMS, { name: 'x', transform: boom }),
  LOSS: (book) => book.provide(roles.LOSS, { name: 'x', loss: boom }),
  AUXILIARY_LOSSES: (book) =>
    book.contribute(roles.AUXILIARY_LOSSES, { name: 'x', build: () => ({ loss: boom }) }),
  PENALTIES: (book) => book.contribute(roles.PENALTIES, { name: 'x', penalty: boom }),
  TRAINABLE: (book) => book.contribute(roles.TRAINABLE, { name: 'x', trains: boom }),
  GRADIENTS: (book) => book.provide(roles.GRADIENTS, { name: 'x', compute: boom }),
  GRADIENT_TRANSFORMS: (book) => book.contribute(roles.GRADIENT_TRANSFORMS, { name: 'x', transform: boom }),
  OPTIMIZER: (book) => book.provide(roles.OPTIMIZER, { name: 'x', build: () => ({ apply: boom }) }),
  STEP_COMPILER: (book) => book.provide(roles.STEP_COMPILER, { name: 'x', compile: boom }),
  SCHEDULE: (book) => book.provide(roles.SCHEDULE, { name: 'x', learningRate: boom }),
  EVALUATION_WEIGHTS: (book) => book.provide(roles.EVALUATION_WEIGHTS, { name: 'x', substitutes: boom }),
  POSTHOC_TRANSFORMS: (book) => book.contribute(roles.POSTHOC_TRANSFORMS, { name: 'x', transform: boom }),
  METRICS: (book) =>
    book.contribute(roles.METRICS, { name: 'x', start: () => ({ add: boom, result: () => ({}) }) }),
  CHECKPOINTS: (book) => book.provide(roles.CHECKPOINTS, { ...memoryCheckpoints(), isDue: boom }),
};

describe('a role that throws', () => {
  it.each(Object.entries(FAILING))('%s is named with its plugin, and the cause kept', async (role, setup) => {
    const before = tf.memory().numTensors;
    const trainer = make(setup);
    const failure: unknown = await trainer.fit({ epochs: 1 }).catch((error: unknown) => error);
    const [first] = failure instanceof AggregateError ? (failure.errors as unknown[]) : [failure];
    expect(String(first)).toContain('TRAINER_ROLE_FAILED');
    expect(String(first)).toMatch(
      new RegExp(`Plugin 'p', in role '${role.split(',')[0]}', failed in .*boom`),
    );
    expect((first as Error).cause).toMatchObject({ message: 'boom' });
    await trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('costs nothing that was done before: the run is saved and resumes', async () => {
    const store = memoryCheckpoints();
    const failingAt = (step: number) => (book: RoleRegistry) => {
      book.provide(roles.CHECKPOINTS, store);
      let calls = 0;
      book.contribute(roles.METRICS, {
        name: 'x',
        start: () => (calls++ === step ? boom() : { add: () => undefined, result: () => ({}) }),
      });
    };
    const whole = make((book) => book.provide(roles.CHECKPOINTS, memoryCheckpoints()));
    await whole.fit({ epochs: 3 });
    const trainer = make(failingAt(1));
    await expect(trainer.fit({ epochs: 3 })).rejects.toThrow(/METRICS.*in epoch 2/s);
    const resumed = make(failingAt(9));
    await resumed.resume();
    await resumed.fit({ epochs: 3 });
    expect(valuesOf(resumed)).toEqual(valuesOf(whole));
    for (const each of [whole, trainer, resumed]) await each.dispose();
  });

  it('does not say that a checkpoint was kept by the store that failed', async () => {
    const trainer = make((book) =>
      book.provide(roles.CHECKPOINTS, { ...memoryCheckpoints(), isDue: () => true, save: boom }),
    );
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(
      /CHECKPOINTS.*'save' in epoch 1.*No checkpoint was kept here/s,
    );
    await trainer.dispose();
  });

  it('passes on errors that have a code', async () => {
    const { trainerErrors } = await import('../errors/trainer-errors.js');
    const coded = trainerErrors.DISPOSED({ call: 'x' });
    const trainer = make((book) =>
      book.provide(roles.LOSS, {
        name: 'x',
        loss: () => {
          throw coded;
        },
      }),
    );
    await expect(trainer.fit({ epochs: 1 })).rejects.toBe(coded);
    await trainer.dispose();
  });
});

const RETURNING: [string, (book: RoleRegistry) => void, RegExp][] = [
  [
    'logits of another shape',
    (book) => book.contribute(roles.LOGIT_TRANSFORMS, { name: 'x', transform: (z) => tf.transpose(z) }),
    /LOGIT_TRANSFORMS.*expected logits.*\[8, 3\].*\[3, 8\]/,
  ],
  [
    'post-hoc logits of another shape',
    (book) => book.contribute(roles.POSTHOC_TRANSFORMS, { name: 'x', transform: (z) => tf.transpose(z) }),
    /POSTHOC_TRANSFORMS.*\[6, 3\].*\[3, 6\]/,
  ],
  [
    'a loss that is no scalar',
    (book) => book.provide(roles.LOSS, { name: 'x', loss: (z) => tf.sum(z, 1) as never }),
    /LOSS.*expected a scalar.*\[8\]/,
  ],
  [
    'gradients that are scalars',
    (book) =>
      book.contribute(roles.GRADIENT_TRANSFORMS, {
        name: 'x',
        transform: (g) => new Map(Array.from(g, ([info, value]) => [info, tf.sum(value)])),
      }),
    /GRADIENT_TRANSFORMS.*'backbone\/kernel' should be \[4, 5\], it is \[\]/,
  ],
  [
    'features of another width',
    (book) =>
      book.contribute(roles.FEATURE_TRANSFORMS, {
        name: 'x',
        build: () => ({ outputSize: 7, apply: (x) => x }),
      }),
    /FEATURE_TRANSFORMS.*features \[batch, 7\].*\[1, 5\]/,
  ],
  [
    'metrics that are texts',
    (book) =>
      book.contribute(roles.METRICS, {
        name: 'x',
        start: () => ({ add: () => undefined, result: () => ({ mine: 'good' }) as never }),
      }),
    /METRICS.*'mine' should be a number/,
  ],
  [
    'a sampler without a plan',
    (book) => book.provide(roles.SAMPLER, { name: 'x', build: () => ({ name: 'x', tags: [] }) as never }),
    /SAMPLER.*'build'.*'batchesIn' is missing/,
  ],
  [
    'a prior that is none',
    (book) =>
      book.decorate(roles.SAMPLER, (inner) => ({
        name: 'x',
        build: (context) => ({ ...inner.build(context), classPrior: () => Float64Array.of(1, 1, 1) }),
      })),
    /TRAINER_BAD_PRIOR.*tag 'base'.*sum to 3/,
  ],
];

describe('a role that returns what does not fit', () => {
  it.each(RETURNING)('%s: is named', async (_what, setup, text) => {
    const trainer = make(setup);
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(text);
    await trainer.dispose();
  });
});

const later = <Value>(value: Value) => Promise.resolve(value) as never;
const ASYNC: [string, (book: RoleRegistry) => void][] = [
  ['LOSS.*loss', (book) => book.provide(roles.LOSS, { name: 'x', loss: () => later(1) })],
  [
    'LOGIT_TRANSFORMS.*transform',
    (book) => book.contribute(roles.LOGIT_TRANSFORMS, { name: 'x', transform: later }),
  ],
  [
    'POSTHOC_TRANSFORMS.*transform',
    (book) => book.contribute(roles.POSTHOC_TRANSFORMS, { name: 'x', transform: later }),
  ],
  [
    'GRADIENT_TRANSFORMS.*transform',
    (book) => book.contribute(roles.GRADIENT_TRANSFORMS, { name: 'x', transform: later }),
  ],
  [
    'TRAINABLE.*trains',
    (book) => book.contribute(roles.TRAINABLE, { name: 'x', trains: () => later(false) }),
  ],
  ['PENALTIES.*penalty', (book) => book.contribute(roles.PENALTIES, { name: 'x', penalty: () => later(1) })],
  [
    'AUXILIARY_LOSSES.*build',
    (book) => book.contribute(roles.AUXILIARY_LOSSES, { name: 'x', build: () => later(1) }),
  ],
  [
    'GRADIENTS.*compute',
    (book) =>
      book.decorate(roles.GRADIENTS, (inner) => ({
        name: 'x',
        compute: (...args) => later(inner.compute(...args)),
      })),
  ],
  [
    'OPTIMIZER.*apply',
    (book) => book.provide(roles.OPTIMIZER, { name: 'x', build: () => ({ apply: () => later(undefined) }) }),
  ],
  [
    'SCHEDULE.*learningRate',
    (book) => book.provide(roles.SCHEDULE, { name: 'x', learningRate: () => later(1) }),
  ],
  [
    'EVALUATION_WEIGHTS.*substitutes',
    (book) => book.provide(roles.EVALUATION_WEIGHTS, { name: 'x', substitutes: () => later(new Map()) }),
  ],
  ['METRICS.*start', (book) => book.contribute(roles.METRICS, { name: 'x', start: () => later({}) })],
  ['SAMPLER.*build', (book) => book.provide(roles.SAMPLER, { name: 'x', build: () => later({}) })],
  [
    'INSPECTORS.*isDue|look.*promise|promise',
    (book) =>
      book.contribute(roles.INSPECTORS, { name: 'x', isDue: () => later(false), inspect: () => later({}) }),
  ],
];

describe('a promise where a result is meant', () => {
  it.each(ASYNC)('%s is refused', async (what, setup) => {
    const trainer = make(setup);
    const refusal = String(await trainer.fit({ epochs: 1 }).catch((error: unknown) => error));
    expect(refusal).toMatch(new RegExp(what, 's'));
    expect(refusal).toMatch(/at once, it gave a promise/);
    await trainer.dispose();
  });

  it('is awaited in batch transforms, reads, inspectors and checkpoints', async () => {
    const trainer = make((book) => {
      book.contribute(roles.BATCH_TRANSFORMS, {
        name: 'x',
        async transform(batch) {
          await Promise.resolve();
          batch.inputs.fill(0);
        },
      });
      book.contribute(roles.INSPECTORS, {
        name: 'x',
        isDue: () => true,
        inspect: () => Promise.resolve({}),
      });
    });
    await expect(trainer.fit({ epochs: 1 })).resolves.toBeDefined();
    await trainer.dispose();
  });
});

describe('a value that does not fit its role', () => {
  const given = (role: unknown, value: unknown) => () =>
    make((book) => {
      const { kind } = role as { kind: string };
      if (kind === 'list') book.contribute(role as ListRole<unknown>, value);
      else book.provide(role as SingleRole<unknown>, value);
    });

  it.each([
    ['a function', LOSS, () => 0, /'p' gave role 'LOSS'.*a function.*provideFrom/s],
    ['null', SAMPLER, null, /'SAMPLER'.*found null/],
    ['a misspelt member', LOSS, { name: 'x', los: boom }, /'los' is no member, did you mean 'loss'/],
    [
      'a misspelt optional member',
      roles.TRAINABLE,
      { name: 'x', trains: boom, freeze: boom },
      /did you mean 'freezes'/,
    ],
    ['no name', SCHEDULE, { learningRate: boom }, /'name' is missing/],
  ] as const)('%s: is refused by createTrainer', (_what, role, value, text) => {
    expect(given(role, value)).toThrow('TRAINER_BAD_ROLE_VALUE');
    expect(given(role, value)).toThrow(text);
  });

  it.each(CORE_ROLES.map((role) => [role.name, role] as const))(
    '%s refuses an empty object',
    (_name, role) => {
      expect(given(role, {})).toThrow('TRAINER_BAD_ROLE_VALUE');
    },
  );

  it('names the option where an option gave it', () => {
    const loss = (() => tf.scalar(0)) as never;
    expect(() => make(() => undefined, { loss })).toThrow(
      /Option 'loss' of createTrainer.*pass the factory/s,
    );
  });

  it('refuses a decoration that returns nothing', () => {
    expect(() => make((book) => book.decorate(SAMPLER, () => undefined as never))).toThrow(
      /BAD_ROLE_VALUE.*'p'.*'SAMPLER'.*undefined/s,
    );
  });

  it('refuses a role that is none', () => {
    expect(() => make((book) => book.provide(undefined as never, {} as never))).toThrow(
      /TRAINER_NO_ROLE.*'p'/,
    );
  });

  it('takes frozen values and objects with private fields', async () => {
    class Own {
      readonly name = 'own';
      #base = 0.05;
      learningRate() {
        return this.#base;
      }
    }
    const loss = Object.freeze({ name: 'mean', loss: (z: tf.Tensor2D) => tf.mean<tf.Scalar>(tf.square(z)) });
    const trainer = make(() => undefined, { schedule: new Own(), loss });
    const { history } = await trainer.fit({ epochs: 1 });
    expect(history[0].learningRate).toBe(0.05);
    expect(isEvenkeelError(history)).toBe(false);
    await trainer.dispose();
  });
});
