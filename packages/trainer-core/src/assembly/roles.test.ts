import 'reflect-metadata';
import * as tf from '@tensorflow/tfjs-core';
import { container } from 'tsyringe';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { BALANCED_SAMPLER, LOSS, METRICS, SAMPLER, SCHEDULE } from '../roles/core-roles.js';
import { definePlugin } from '../contract/define-plugin.js';
import { softmaxCrossEntropy } from '../parts/losses/softmax-cross-entropy.js';
import { regressionErrors } from '../parts/metrics/regression-errors.js';
import { regression } from '../parts/tasks/regression.js';
import type { Persistent, SetupContext, TrainerPlugin } from '../contract/plugin.js';
import { listRole, role } from '../contract/roles.js';
import { object, text } from '../contract/shape.js';
import type { SamplerDefinition } from '../contract/sampler.js';
import { tinyBackbone, tinyDataset } from '../session/tiny.fixture.js';
import { instanceBalanced } from '../parts/sampling/instance-balanced.js';
import { constant } from '../parts/schedules/constant.js';

beforeAll(() => tf.setBackend('cpu'));

const plugin = (
  name: string,
  setup: (context: SetupContext) => (() => void) | void,
  rest: Partial<TrainerPlugin> = {},
) => definePlugin({ name, version: '1.0.0', api: '^2.0', setup, ...rest });
const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), ...options });
const named = (name: string): SamplerDefinition => ({ ...instanceBalanced(), name });
const explained = (trainer: ReturnType<typeof make>, role: string) =>
  trainer
    .explain()
    .split('\n')
    .find((line) => line.startsWith(`  ${role} `))
    ?.trim()
    .replace(/\s+/g, ' ');

const said = { called: 'never', shape: object({ name: text }) };

describe('roles', () => {
  it('have working defaults', () => {
    const text = make().explain();
    expect(text).toContain('none: plain training');
    for (const line of ['SAMPLER', 'LOSS', 'OPTIMIZER', 'SCHEDULE', 'METRICS', 'CHECKPOINTS'])
      expect(text).toContain(line);
  });

  it('are decorated from the first plugin outwards', () => {
    const wrap = (name: string) =>
      plugin(name, ({ roles }) => roles.decorate(SAMPLER, (inner) => named(`${name}(${inner.name})`)));
    const trainer = make({ plugins: [wrap('a'), wrap('b')], sampler: named('base') });
    expect(explained(trainer, 'SAMPLER')).toBe('SAMPLER base (options), decorated by a, then b: b(a(base))');
  });

  it('collect contributions in plugin order', () => {
    const metric = (name: string) => ({ name, start: () => ({ add: () => undefined, result: () => ({}) }) });
    const add = (name: string, rest: Partial<TrainerPlugin> = {}) =>
      plugin(name, ({ roles }) => roles.contribute(METRICS, metric(`m-${name}`)), rest);
    const trainer = make({ plugins: [add('late', { order: 'post' }), add('a')], metrics: [metric('mine')] });
    expect(explained(trainer, 'METRICS')).toBe(
      'METRICS accuracy (default), then mine (options), then m-a (a), then m-late (late)',
    );
  });

  it('let a balanced sampler fill every batch unless a plugin embeds it', () => {
    const balanced = plugin('balanced', ({ roles }) => roles.provide(BALANCED_SAMPLER, named('even')));
    const embedding = plugin('embedding', ({ roles }) => {
      roles.claim(BALANCED_SAMPLER);
      roles.decorate(SAMPLER, (base, resolve) => named(`${base.name}+${resolve(BALANCED_SAMPLER).name}`));
    });
    expect(explained(make({ plugins: balanced }), 'SAMPLER')).toBe(
      'SAMPLER even (BALANCED_SAMPLER, since no plugin embeds it)',
    );
    expect(explained(make({ plugins: [embedding, balanced] }), 'SAMPLER')).toBe(
      'SAMPLER instance-balanced (default), decorated by embedding: instance-balanced+even',
    );
    expect(explained(make({ plugins: [embedding, balanced] }), 'BALANCED_SAMPLER')).toBe(
      'BALANCED_SAMPLER even (balanced), used inside embedding',
    );
  });

  it('can be made from other roles', () => {
    const trainer = make({
      plugins: plugin('p', ({ roles }) =>
        roles.provideFrom(LOSS, (resolve) => ({ ...loss, name: resolve(SCHEDULE).name })),
      ),
      schedule: { ...constant(1), name: 'my schedule' },
    });
    expect(explained(trainer, 'LOSS')).toBe('LOSS my schedule (p)');
  });

  it('can be defined by plugins, who meet there without knowing each other', () => {
    const GREETING = role<{ name: string }>('GREETING', { ...said, purpose: 'what to say' });
    const WORDS = listRole<{ name: string }>('WORDS', { ...said, purpose: 'what to say it with' });
    const trainer = make({
      plugins: [
        plugin('a', ({ roles }) =>
          roles.provideFrom(GREETING, (resolve) => ({
            name: resolve(WORDS)
              .map((w) => w.name)
              .join('-'),
          })),
        ),
        plugin('b', ({ roles }) => roles.contribute(WORDS, { name: 'hello' })),
      ],
    });
    expect(explained(trainer, 'GREETING')).toBe('GREETING hello (a)');
  });

  it('leave the global container empty', () => {
    make();
    expect(container.isRegistered(SAMPLER.token)).toBe(false);
  });
});

const loss = { name: 'loss', loss: () => tf.scalar(0) };

describe('faults in a composition are thrown by createTrainer', () => {
  const cases: [string, Partial<TrainerOptions>, RegExp][] = [
    [
      'TRAINER_TWO_PROVIDERS',
      {
        sampler: named('mine'),
        plugins: plugin('p', ({ roles }) => roles.provide(SAMPLER, named('theirs'))),
      },
      /'SAMPLER'.*'options' and 'p'/,
    ],
    [
      'TRAINER_WRONG_KIND',
      { plugins: plugin('p', ({ roles }) => roles.contribute(LOSS as never, loss as never)) },
      /'p' called 'roles.contribute' with role 'LOSS'. Use 'roles.provide'/,
    ],
    [
      'TRAINER_DUPLICATE_STATE',
      {
        plugins: plugin('p', ({ state }) => {
          const nothing = { version: 1, save: () => null, load: () => undefined };
          state.persist('k', nothing);
          state.persist('k', nothing);
        }),
      },
      /'p'.*'k' twice/,
    ],
    [
      'TRAINER_BAD_STATE',
      {
        plugins: plugin('p', ({ state }) => {
          state.persist('k', { save: () => null, load: () => undefined } as unknown as Persistent);
        }),
      },
      /'p' persists 'k'.*'version' is missing/,
    ],
    [
      'TRAINER_BAD_STATE',
      {
        plugins: plugin('p', ({ state }) => {
          state.persist('k', { version: 1.5, save: () => null, load: () => undefined });
        }),
      },
      /'version': expected a whole number of at least 1, found 1.5/,
    ],
    [
      'TRAINER_NO_PROVIDER',
      {
        plugins: plugin('p', ({ roles }) =>
          roles.provideFrom(LOSS, (resolve) => {
            resolve(
              role('mine', {
                purpose: 'mine',
                called: 'never',
                option: 'projector',
                shape: object({ name: text }),
              }),
            );
            return loss;
          }),
        ),
      },
      /'mine' \(mine\) has no provider and no default\. Add a plugin/,
    ],
    [
      'TRAINER_WRONG_TASK',
      { task: regression(), loss: softmaxCrossEntropy() },
      /softmax cross-entropy.*'classification'/,
    ],
    ['TRAINER_WRONG_TASK', { metrics: [regressionErrors()] }, /regression errors.*'regression'/],
    [
      'TRAINER_ROLE_CYCLE',
      {
        plugins: [
          plugin('p', ({ roles }) => roles.provideFrom(SAMPLER, (resolve) => resolve(BALANCED_SAMPLER))),
          plugin('q', ({ roles }) => roles.provideFrom(BALANCED_SAMPLER, (resolve) => resolve(SAMPLER))),
        ],
      },
      /'SAMPLER' needs 'BALANCED_SAMPLER'|'BALANCED_SAMPLER' needs 'SAMPLER'/,
    ],
    [
      'TRAINER_SETUP_FAILED',
      {
        plugins: plugin('p', () => {
          throw new Error('no such file');
        }),
      },
      /'p' failed in setup: no such file/,
    ],
    ['TRAINER_NO_PROVIDER', { model: undefined }, /'BACKBONE'.*the option 'model'/],
    ['TRAINER_BAD_OPTION', { batchSize: 0 }, /'batchSize'.*received 0/],
    ['TRAINER_BAD_OPTION', { seed: 1.5 }, /'seed'.*received 1.5/],
  ];
  it.each(cases)('%s', (code, options, text) => {
    expect(() => make(options)).toThrow(code);
    expect(() => make(options)).toThrow(text);
  });

  it('TRAINER_LATE_CALL, when a registry is used after setup', () => {
    let late: SetupContext | undefined;
    make({ plugins: plugin('p', (context) => void (late = context)) });
    expect(() => late!.roles.provide(LOSS, loss)).toThrow(/TRAINER_LATE_CALL.*'p' called 'roles.provide'/);
    expect(() => late!.state.persist('k', { version: 1, save: () => null, load: () => undefined })).toThrow(
      'TRAINER_LATE_CALL',
    );
  });
});

describe('teardown', () => {
  it('runs in reverse order, once', async () => {
    const calls: string[] = [];
    const trainer = make({
      plugins: ['a', 'b', 'c'].map((name) => plugin(name, () => () => void calls.push(name))),
    });
    await trainer.dispose();
    await trainer.dispose();
    expect(calls).toEqual(['c', 'b', 'a']);
  });

  it('runs for those already set up when a later setup fails', () => {
    const calls: string[] = [];
    const failing = plugin('b', () => {
      throw new Error('x');
    });
    expect(() => make({ plugins: [plugin('a', () => () => void calls.push('a')), failing] })).toThrow();
    expect(calls).toEqual(['a']);
  });
});
