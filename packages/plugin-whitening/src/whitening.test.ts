import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import {
  CHECKPOINTS,
  createTrainer,
  definePlugin,
  FEATURE_TRANSFORMS,
  fromCheckpoint,
  INSPECTORS,
  memoryCheckpoints,
  TRAINABLE,
} from '@evenkeel/trainer-core';
import type {
  MetricValues,
  PluginInput,
  SetupContext,
  Trainer,
  TrainerOptions,
  TrainerPlugin,
} from '@evenkeel/trainer-core';
import { describe, expect, it, vi } from 'vitest';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import type { WhiteningOptions } from './options.js';
import { whitenessResidual } from './whiteness-residual.js';
import { whiteningMatrix } from './whitening-matrix.js';
import { whitening } from './whitening.js';

type SetupOnly = TrainerPlugin['setup'];

const make = (options: WhiteningOptions, plugins: PluginInput = [], more: Partial<TrainerOptions> = {}) =>
  createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    batchSize: 8,
    plugins: [whitening(options), plugins],
    ...more,
  });
const plugin = (setup: SetupOnly) => definePlugin({ name: 'own', version: '1.0.0', api: '^2.0', setup });

const statistic = (trainer: Trainer, name: string) =>
  trainer.variables().find((info) => info.name === `features/whitening/${name}`)!.variable;

/** What the inspector said after every epoch of a trainer, and whether whitening had begun then. */
function looksOf(trainer: Trainer): { readonly residuals: number[]; readonly begun: number[] } {
  const looks = { residuals: [] as number[], begun: [] as number[] };
  trainer.hooks.events$.subscribe((event) => {
    if (event.type !== 'inspection-end') return;
    looks.residuals.push(event.values.residual as number);
    looks.begun.push(statistic(trainer, 'begun').dataSync()[0]);
  });
  return looks;
}

describe('whitening', () => {
  it('contributes one feature transform, and a look at it', () => {
    const contribute = vi.fn();
    whitening().setup({ roles: { contribute } } as unknown as SetupContext);
    expect(contribute.mock.calls).toEqual([
      [FEATURE_TRANSFORMS, expect.objectContaining({ name: 'whitening' })],
      [INSPECTORS, expect.objectContaining({ name: 'whitening' })],
    ]);
  });

  it('reports after every epoch how far evaluation is from white', async () => {
    await useCpuBackend();
    const trainer = make({ epsilon: 0.2, groups: 2 });
    const found: (readonly [string, MetricValues])[] = [];
    trainer.hooks.events$.subscribe((event) => {
      if (event.type === 'inspection-end') found.push([event.name, event.values]);
    });
    await trainer.fit({ epochs: 2 });
    expect(found.map(([name]) => name)).toEqual(['whitening', 'whitening']);
    const covariance = statistic(trainer, 'covariance') as Tensor as Tensor3D;
    const expected = whitenessResidual(
      whiteningMatrix(covariance, { epsilon: 0.2 }),
      covariance,
    ).dataSync()[0];
    expect(found[1][1]).toEqual({ residual: expected });
    expect(expected).toBeGreaterThan(0.01);
    await trainer.dispose();
  });

  it('says which tags there are when no batch has one that statistics names', async () => {
    await useCpuBackend();
    const trainer = make({ statistics: ['embeded'] });
    await expect(trainer.fit({ epochs: 2 })).rejects.toThrow(
      /WHITENING_UNKNOWN_TAG.*batches, 'base', received 'embeded'/,
    );
    // Statistics that came from elsewhere, as in a second stage, are taken as they are.
    const mean = statistic(trainer, 'mean');
    mean.assign(tf.onesLike(mean));
    await expect(trainer.fit({ epochs: 2 })).resolves.toMatchObject({ reason: 'done' });
    await trainer.dispose();
  });

  it('begins at its epoch, with classes counted alike, and goes on where it was resumed', async () => {
    await useCpuBackend();
    const kept = memoryCheckpoints();
    const keeping = plugin(({ roles }) => roles.provide(CHECKPOINTS, kept));
    const run = (plugins: PluginInput) =>
      make({ from: 0.5, weighting: 'classes', epsilon: 0.01 }, plugins, { seed: 3 });
    const whole = run([]);
    const { begun, residuals } = looksOf(whole);
    const stateOf = (trainer: Trainer) =>
      trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync())]);
    await whole.fit({ epochs: 4 });
    expect(begun).toEqual([0, 0, 1, 1]);
    // What evaluation does is the identity first, and close to white then.
    expect(Math.min(...residuals.slice(0, 2))).toBeGreaterThan(5 * Math.max(...residuals.slice(2)));

    const first = run(keeping);
    const stop = new AbortController();
    first.hooks.events$.subscribe((event) => {
      if (event.type === 'epoch-end') stop.abort('test');
    });
    await first.fit({ epochs: 4, signal: stop.signal });
    await first.save();
    const second = run(keeping);
    await second.resume();
    await second.fit({ epochs: 4 });
    expect(stateOf(second)).toEqual(stateOf(whole));
    for (const trainer of [whole, first, second]) await trainer.dispose();
  });

  it('is what it was in a second stage that keeps the features, however short that is', async () => {
    await useCpuBackend();
    const store = memoryCheckpoints();
    const options = { from: 2, weighting: 'classes' } as const;
    const first = make(
      options,
      plugin(({ roles }) => roles.provide(CHECKPOINTS, store)),
    );
    await first.fit({ epochs: 4 });
    await first.save();
    const frozen = plugin(({ roles }) =>
      roles.contribute(TRAINABLE, {
        name: 'classifier only',
        trains: ({ group }) => group === 'classifier',
        freezes: (part) => part !== 'classifier',
      }),
    );
    const second = make(options, frozen, { initialWeights: fromCheckpoint(store) });
    await second.fit({ epochs: 1 });
    const features = (trainer: Trainer) =>
      trainer
        .variables()
        .filter(({ group }) => group === 'features')
        .map(({ name, variable }) => [name, Array.from(variable.dataSync())]);
    expect(features(second)).toEqual(features(first));
    expect(features(second)).toContainEqual(['features/whitening/begun', [1]]);
    for (const trainer of [first, second]) await trainer.dispose();
  });

  it('begins at the latest with the last epoch where a share says when, and goes on with more epochs', async () => {
    await useCpuBackend();
    const trainer = make({ from: 0.9 });
    const { begun } = looksOf(trainer);
    await trainer.fit({ epochs: 2 });
    await trainer.fit({ epochs: 4 });
    expect(begun).toEqual([0, 1, 1, 1]);
    await trainer.dispose();
  });

  it('refuses to begin after the end', async () => {
    await useCpuBackend();
    const trainer = make({ from: 2 });
    await expect(trainer.fit({ epochs: 2 })).rejects.toThrow(/WHITENING_NEVER_STARTS.*0 \.\. 1.*received 2/);
    await expect(trainer.fit({ epochs: 3 })).resolves.toMatchObject({ reason: 'done' });
    await trainer.dispose();
  });

  it('describes itself', () => {
    expect(whitening().description).toBe('zca (ε = 0.1, momentum 0.1, statistics from all batches)');
    expect(whitening({ method: 'newton', groups: 4, blend: 0.5, statistics: ['base'] }).description).toBe(
      'newton (ε = 0.1, 5 iterations, 4 groups, blend 0.5, momentum 0.1, statistics from base batches)',
    );
    expect(whitening({ affine: true, floor: 1e-3 }).description).toBe(
      'zca (ε = 0.1, floor 0.001, affine, momentum 0.1, statistics from all batches)',
    );
    expect(whitening({ weighting: 'classes', from: 3 }).description).toBe(
      'zca (ε = 0.1, classes alike, from epoch 3, momentum 0.1, statistics from all batches)',
    );
    expect(whitening({ from: 0.5 }).description).toContain('after 0.5 of the run');
    expect(whitening({ method: 'batch-norm', groups: 4 }).description).toBe(
      'batch-norm (momentum 0.1, statistics from all batches)',
    );
  });

  it('refuses bad options at once', () => {
    expect(() => whitening({ epsilon: 2 })).toThrow(/WHITENING_BAD_OPTION.*'epsilon'.*received 2/);
  });

  it('has the version of its package', () => {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ name: whitening().name, version: whitening().version });
    expect(whitening()).toMatchObject({ name: '@evenkeel/plugin-whitening', api: '^2.0' });
  });
});
