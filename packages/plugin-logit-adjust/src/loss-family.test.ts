import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isEvenkeelError } from '@evenkeel/errors';
import { createTrainer, definePlugin, LOSS, planFromFunction } from '@evenkeel/trainer-core';
import type { PluginInput, SamplerDefinition, TrainerPlugin } from '@evenkeel/trainer-core';
import { installMatchers, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  balancedSoftmax,
  classBalancedLoss,
  classBalancedWeights,
  deferredReweighting,
  focal,
  labelAwareSmoothing,
  ldam,
  logitAdjust,
  postHocLogitAdjust,
  weightedCrossEntropy,
} from './index.js';

installMatchers();
beforeAll(useCpuBackend);

const classCounts = [30, 8, 2];
const data = tinyDataset({ classCounts });
const FAMILY: readonly (readonly [name: string, plugins: () => PluginInput])[] = [
  ['balancedSoftmax', () => balancedSoftmax()],
  ['postHocLogitAdjust', () => postHocLogitAdjust()],
  ['ldam', () => ldam({ scale: 10 })],
  ['ldam and deferredReweighting', () => [ldam({ scale: 10 }), deferredReweighting({ from: 0.5 })]],
  ['classBalancedLoss', () => classBalancedLoss({ beta: 0.9 })],
  ['focal', () => focal()],
  ['class-balanced focal', () => focal({ gamma: 1, beta: 0.9 })],
  ['labelAwareSmoothing', () => labelAwareSmoothing()],
  [
    'balancedSoftmax and deferredReweighting',
    () => [balancedSoftmax({ prior: 'dataset' }), deferredReweighting()],
  ],
];

const trained = async (plugins: PluginInput, sampler?: SamplerDefinition, epochs = 4) => {
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 8, seed: 2, plugins, sampler });
  const { history, evaluation } = await trainer.fit({ epochs });
  const values = trainer.variables().map(({ variable }) => Array.from((variable as Tensor).dataSync()));
  await trainer.dispose();
  return { losses: history.map(({ loss }) => loss), evaluation, values };
};
const codeOf = (make: () => unknown): unknown => {
  try {
    make();
  } catch (error) {
    return isEvenkeelError(error) ? error.code : error;
  }
  return undefined;
};

describe('every member of the family', () => {
  it.each(FAMILY)('trains: %s', async (name, plugins) => {
    const { losses, values } = await trained(plugins());
    // By its default deferred re-weighting begins with the last of four epochs, which has another loss.
    const last = name === 'balancedSoftmax and deferredReweighting' ? 2 : 3;
    expect(losses[last]).toBeLessThan(losses[0]);
    expect(values.flat().every(Number.isFinite)).toBe(true);
  });

  it('says what it does', () => {
    const words = (plugin: TrainerPlugin) => plugin.description;
    expect(words(balancedSoftmax())).toBe("training logits + 1 log prior, the batch's own sampler's prior");
    expect(words(ldam())).toBe("margins up to 0.5 of cosines times 30, the training set's prior");
    expect(words(classBalancedLoss({ prior: [5, 1] }))).toBe(
      'cross-entropy weighted by effective numbers (beta 0.9999), a given prior',
    );
    expect(words(deferredReweighting())).toContain('(beta 0.9999) after 0.8 of the run, ');
    expect(words(deferredReweighting({ from: 160 }))).toContain(' from epoch 160, ');
    expect(words(focal())).toBe('focal loss (gamma 2)');
    expect(words(focal({ beta: 0.99 }))).toContain('weighted by effective numbers (beta 0.99), the batch');
    expect(words(labelAwareSmoothing())).toContain('label-aware smoothing (0.4 to 0.1, concave)');
    const powered = labelAwareSmoothing({ shape: 'exp', power: 2 });
    expect(words(powered)).toContain('label-aware smoothing (0.4 to 0.1, exp, power 2)');
  });

  it.each([
    ['tau', () => postHocLogitAdjust({ tau: -1 })],
    ['prior', () => balancedSoftmax({ prior: [] })],
    ['largest', () => ldam({ largest: 0 })],
    ['scale', () => ldam({ scale: Infinity })],
    ['prior', () => ldam({ prior: [0, 0] })],
    ['beta', () => classBalancedLoss({ beta: 1.01 })],
    ['from', () => deferredReweighting({ from: 1.5 })],
    ['from', () => deferredReweighting({ from: -1 })],
    ['prior', () => deferredReweighting({ prior: [-1, 2] })],
    ['gamma', () => focal({ gamma: -1 })],
    ['beta', () => focal({ beta: NaN })],
    ['head', () => labelAwareSmoothing({ head: 1 })],
    ['tail', () => labelAwareSmoothing({ tail: -0.1 })],
    ['shape', () => labelAwareSmoothing({ shape: 'flat' as 'linear' })],
    ['power', () => labelAwareSmoothing({ shape: 'exp' })],
    ['power', () => labelAwareSmoothing({ shape: 'exp', power: 0 })],
    ['power', () => labelAwareSmoothing({ power: 2 })],
  ])('refuses a wrong %s', (option, make) => {
    expect(make).toThrow(`Option '${option}`);
    expect(codeOf(make)).toBe('LOGIT_ADJUST_BAD_OPTION');
  });

  it.each([
    [logitAdjust(), balancedSoftmax()],
    [postHocLogitAdjust(), balancedSoftmax()],
    [ldam(), logitAdjust()],
    [balancedSoftmax(), ldam()],
    [classBalancedLoss(), deferredReweighting()],
    [focal(), classBalancedLoss()],
    [labelAwareSmoothing(), focal()],
  ])('cannot be combined with another answer to the same question', (...plugins) => {
    for (const list of [plugins, plugins.toReversed()]) {
      expect(codeOf(() => createTrainer({ data, model: tinyBackbone(), plugins: list }))).toBe(
        'TRAINER_CONFLICT',
      );
    }
  });

  it('meets a loss from elsewhere as the second provider of one role', () => {
    const loss = { name: 'mine', loss: () => tf.scalar(0) };
    expect(codeOf(() => createTrainer({ data, model: tinyBackbone(), loss, plugins: [focal()] }))).toBe(
      'TRAINER_TWO_PROVIDERS',
    );
    const own = definePlugin({
      name: 'own',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(LOSS, loss),
    });
    expect(() => createTrainer({ data, model: tinyBackbone(), plugins: [own, focal()] })).toThrow(
      /LOSS.*'own'.*'@evenkeel\/plugin-logit-adjust\/focal'/,
    );
  });
});

describe('deferred re-weighting', () => {
  it('is plain training before its epoch, and the class-balanced loss after it', async () => {
    const plain = await trained([], undefined, 4);
    const late = await trained(deferredReweighting({ from: 3, beta: 0.9 }), undefined, 4);
    expect(late.losses.slice(0, 3)).toBeAllClose(plain.losses.slice(0, 3), { rtol: 1e-4 });
    expect(late.losses[3]).not.toBeCloseTo(plain.losses[3], 3);
    const early = await trained(deferredReweighting({ from: 0, beta: 0.9 }), undefined, 4);
    expect(early).toEqual(await trained(classBalancedLoss({ beta: 0.9 }), undefined, 4));
    const half = await trained(deferredReweighting({ from: 0.5, beta: 0.9 }), undefined, 4);
    expect(half).toEqual(await trained(deferredReweighting({ from: 2, beta: 0.9 }), undefined, 4));
    expect(half.losses.slice(0, 2)).toEqual(late.losses.slice(0, 2));
    expect(half.losses[2]).not.toBe(late.losses[2]);
  });

  it('takes 0.6 of 25 epochs for epoch 15, though the product is a little more in float32', async () => {
    const share = await trained(deferredReweighting({ from: 0.6, beta: 0.9 }), undefined, 25);
    expect(share).toEqual(await trained(deferredReweighting({ from: 15, beta: 0.9 }), undefined, 25));
  });
});

describe("the sampler's own counts", () => {
  it('weigh nothing where the sampler balances already, unlike the training set’s', async () => {
    const balanced: SamplerDefinition = {
      name: 'balanced',
      build: () => ({
        name: 'balanced',
        tags: ['base'],
        batchesIn: () => 3,
        plan: () => planFromFunction(3, () => ({ tag: 'base', indices: Int32Array.of(0, 31, 39) })),
        classPrior: () => Float64Array.of(1 / 3, 1 / 3, 1 / 3),
      }),
    };
    const plain = await trained([], balanced);
    const own = await trained(classBalancedLoss(), balanced);
    const published = await trained(classBalancedLoss({ prior: 'dataset' }), balanced);
    expect(own.losses).toBeAllClose(plain.losses, { rtol: 1e-4 });
    expect(Math.abs(published.losses[3] - plain.losses[3])).toBeGreaterThan(0.01);
  });

  it('refuse a list of another number of classes', () => {
    const logits = tf.zeros<tf.Rank.R2>([2, 3]);
    expect(codeOf(() => weightedCrossEntropy(logits, logits, classBalancedWeights([5, 1])))).toBe(
      'LOGIT_ADJUST_PRIOR_LENGTH',
    );
  });
});
