import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import {
  balancedSoftmax,
  classBalancedLoss,
  deferredReweighting,
  focal,
  labelAwareSmoothing,
  ldam,
  logitAdjust,
} from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import { compileStep } from '@evenkeel/tfjs-runtime';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import {
  CHECKPOINTS,
  clipByGlobalNorm,
  cosine,
  createTrainer,
  definePlugin,
  exponentialMovingAverage,
  GRADIENT_TRANSFORMS,
} from '@evenkeel/trainer-core';
import type { PluginInput, StepCompiler, Trainer, TrainerPlugin } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';

const { ready } = await nativeStatus();
const data = tinyDataset({ classCounts: [40, 16, 6, 2] });
const messages: string[] = [];
const compile: StepCompiler['compile'] = (step, options) =>
  compileStep(step, { ...options, onMessage: (line) => messages.push(line) });

const make = (plugins: PluginInput, compiled: boolean) =>
  createTrainer({
    data,
    model: tinyBackbone({ features: 8, statistics: true, dropout: 0.2 }),
    schedule: cosine({ base: 0.1 }),
    batchSize: 7, // the last batch of every epoch is smaller
    seed: 3,
    plugins,
    ...(compiled && { compile }),
  });

const valuesOf = (trainer: Trainer) =>
  Object.fromEntries(
    trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync())]),
  );

const clipping = () =>
  definePlugin({
    name: 'clipping',
    version: '1.0.0',
    api: '^1.0',
    setup: ({ roles }) => roles.contribute(GRADIENT_TRANSFORMS, clipByGlobalNorm(0.5)),
  });

const modules = () => [whitening(), logitAdjust({ tau: 1 }), b3rs({ blocks: 2 }), bet({ every: 2 })];

const METHODS: readonly (readonly [name: string, plugins: () => PluginInput])[] = [
  ['the baseline', () => []],
  ['logit adjustment', () => logitAdjust({ tau: 1 })],
  ['balanced softmax with class-balanced weights', () => [balancedSoftmax(), classBalancedLoss()]],
  ['ldam, re-weighted from epoch 3', () => [ldam(), deferredReweighting({ from: 0.5 }), bet({ every: 2 })]],
  ['class-balanced focal loss', () => focal({ gamma: 0.5, beta: 0.99 })],
  ['label-aware smoothing', () => labelAwareSmoothing()],
  ['whitening by zca', () => whitening()],
  ['whitening by newton', () => whitening({ method: 'newton' })],
  ['whitening by cholesky', () => whitening({ method: 'cholesky' })],
  ['b3rs', () => b3rs({ blocks: 2 })],
  ['the four plugins', modules],
  ['the four plugins, moving average, clipping', () => [modules(), exponentialMovingAverage(), clipping()]],
];

describe.skipIf(!ready)(`compiled steps${ready ? '' : ', skipped: native is not set up here'}`, () => {
  beforeAll(async () => {
    await useBackend('native', { onMessage: () => undefined });
  });

  it.each(METHODS)('give the bits of the eager run over 60 steps: %s', async (_name, plugins) => {
    const train = async (compiled: boolean) => {
      const trainer = make(plugins(), compiled);
      const { steps, history, evaluation } = await trainer.fit({ epochs: 6 });
      const values = valuesOf(trainer);
      await trainer.dispose();
      return { steps, history, evaluation, values };
    };
    const eager = await train(false);
    expect(await train(true)).toEqual(eager);
    expect(eager.steps).toBe(60);
    expect(messages).toEqual([]);
  });

  it('resume exactly what an eager run saved within an epoch, and the other way round', async () => {
    for (const compiled of [true, false]) {
      const kept: Uint8Array[] = [];
      const whole = make([modules(), keeping(kept)], compiled);
      await whole.fit({ epochs: 4 });
      const resumed = make([modules(), keeping(kept)], !compiled);
      await resumed.resume('0');
      await resumed.fit({ epochs: 4 });
      expect(valuesOf(resumed)).toEqual(valuesOf(whole));
      await whole.dispose();
      await resumed.dispose();
    }
  });
});

/** Keeps a checkpoint after step 17. */
function keeping(kept: Uint8Array[]): TrainerPlugin {
  return definePlugin({
    name: 'keeping',
    version: '1.0.0',
    api: '^1.0',
    setup: ({ roles }) =>
      roles.provide(CHECKPOINTS, {
        name: 'keeping',
        isDue: ({ position }) => position.step === 17,
        save: ({ bytes }) => Promise.resolve(String(kept.push(bytes) - 1)),
        load: (location) => Promise.resolve(kept[Number(location)]),
      }),
  });
}
