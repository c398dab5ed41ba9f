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
  postHocLogitAdjust,
} from '@evenkeel/plugin-logit-adjust';
import { cifarResNet } from '@evenkeel/models';
import { whitening } from '@evenkeel/plugin-whitening';
import { compileStep } from '@evenkeel/compiled-step';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import {
  CHECKPOINTS,
  clipByGlobalNorm,
  constant,
  cosine,
  createTrainer,
  definePlugin,
  exponentialMovingAverage,
  GRADIENT_TRANSFORMS,
  sgd,
} from '@evenkeel/trainer-core';
import type { PluginInput, StepCompiler, Trainer, TrainerPlugin } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';

const { ready } = await nativeStatus();
const data = tinyDataset({ classCounts: [40, 16, 6, 2] });
const messages: string[] = [];
const compile: StepCompiler['compile'] = (step, options) =>
  compileStep(step, { ...options, onMessage: (line) => messages.push(line) });

const make = (plugins: PluginInput, compiled: boolean, schedule = cosine({ base: 0.1 })) =>
  createTrainer({
    data,
    model: tinyBackbone({ features: 8, statistics: true, dropout: 0.2 }),
    schedule,
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
    api: '^2.0',
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
  ['post-hoc logit adjustment', () => postHocLogitAdjust({ tau: 1 })],
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

  it('evaluate with the weights of the moment, averages in their place, adjusted afterwards', async () => {
    const plugins = () => [
      whitening(),
      postHocLogitAdjust({ tau: 1 }),
      exponentialMovingAverage({ decay: 0.5 }),
    ];
    // Prolonged again and again, which a schedule over all epochs would be warned of.
    const [eager, compiled] = [false, true].map((compiles) => make(plugins(), compiles, constant(0.05)));
    const kinds = new Set<string>();
    for (const epochs of [1, 2, 3, 5]) {
      for (const trainer of [eager, compiled]) await trainer.fit({ epochs, evaluateEvery: 0 });
      const trained = valuesOf(compiled);
      // 16 examples in batches of 7, and those of training in another number of batches.
      for (const source of [data.test, data.train]) {
        const logits = await eager.predict(source);
        expect(await compiled.predict(source)).toEqual(logits);
        kinds.add(logits.join());
      }
      expect(await compiled.evaluate()).toEqual(await eager.evaluate());
      expect(valuesOf(compiled)).toEqual(trained);
    }
    expect(kinds.size).toBe(8); // none was the answer of earlier weights
    expect(messages).toEqual([]);
    for (const trainer of [eager, compiled]) await trainer.dispose();
  });

  it('give the bits of the eager run on a residual network, its convolutions ours where the processor has AVX-512', async () => {
    const images = tinyDataset({ classCounts: [30, 9, 3], exampleShape: [8, 8, 3] });
    const train = async (compiled: boolean) => {
      const trainer = createTrainer({
        ...{ data: images, model: cifarResNet({ depth: 8, width: 16 }), batchSize: 8, seed: 5 },
        ...{ plugins: modules(), optimizer: sgd({ momentum: 0.9, weightDecay: 2e-4 }) },
        ...(compiled && { compile }),
      });
      const { steps, history, evaluation } = await trainer.fit({ epochs: 10 });
      const values = valuesOf(trainer);
      await trainer.dispose();
      return { steps, history, evaluation, values };
    };
    const eager = await train(false);
    expect(await train(true)).toEqual(eager);
    expect(eager.steps).toBeGreaterThanOrEqual(50);
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
    api: '^2.0',
    setup: ({ roles }) =>
      roles.provide(CHECKPOINTS, {
        name: 'keeping',
        isDue: ({ position }) => position.step === 17,
        save: ({ bytes }) => Promise.resolve(String(kept.push(bytes) - 1)),
        load: (location) => Promise.resolve(kept[Number(location)]),
      }),
  });
}
