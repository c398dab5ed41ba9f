import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyIntoLayersModel, fromLayersModel } from './from-layers-model.js';
import { resumedEverywhere, tinyTrainer, valuesOf } from './trainer.fixture.js';

beforeAll(useCpuBackend);

const convolutional = (): LayersModel =>
  sequential({
    layers: [
      layers.conv2d({ inputShape: [4, 4, 1], filters: 4, kernelSize: 3 }),
      layers.batchNormalization({ momentum: 0.5 }),
      layers.reLU(),
      layers.flatten(),
      layers.dense({ units: 6, trainable: false }),
    ],
  });

const weightsIn = (model: LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);

describe('fromLayersModel', () => {
  it("starts with the model's weights, trains copies of them, and leaves the model alone", async () => {
    const model = convolutional();
    const before = weightsIn(model);
    const trainer = tinyTrainer({ model: fromLayersModel(model) });
    const images = tf.randomNormal([3, 4, 4, 1], 0, 1, 'float32', 1);
    const expected = model.predict(images) as tf.Tensor;
    await trainer.fit({ epochs: 0 });
    expect(expected.shape).toEqual([3, 6]);
    expect(trainer.variables().filter(({ group }) => group === 'backbone')).toMatchObject([
      { name: 'backbone/0-Conv2D/kernel', kind: 'weight' },
      { name: 'backbone/0-Conv2D/bias', kind: 'weight' },
      { name: 'backbone/1-BatchNormalization/gamma', kind: 'weight' },
      { name: 'backbone/1-BatchNormalization/beta', kind: 'weight' },
      { name: 'backbone/1-BatchNormalization/moving_mean', kind: 'statistic' },
      { name: 'backbone/1-BatchNormalization/moving_variance', kind: 'statistic' },
      { name: 'backbone/4-Dense/kernel', kind: 'statistic' },
      { name: 'backbone/4-Dense/bias', kind: 'statistic' },
    ]);
    const initial = valuesOf(trainer);
    await trainer.fit({ epochs: 1 });
    const changed = Object.entries(valuesOf(trainer)).flatMap(([name, values]) =>
      name.startsWith('backbone/') && values.join() !== initial[name].join() ? [name] : [],
    );
    expect(changed).toHaveLength(6); // all but the frozen dense layer
    expect(weightsIn(model)).toEqual(before);
    await trainer.dispose();
  });

  it('computes what the model computes, and brings the trained weights back', async () => {
    const model = convolutional();
    const trainer = tinyTrainer({ model: fromLayersModel(model) });
    await trainer.fit({ epochs: 2 });
    copyIntoLayersModel(trainer.variables(), model);
    const { test } = tinyDataset();
    const images = new Float32Array(test.size * 16);
    await test.read(
      Int32Array.from({ length: test.size }, (_, at) => at),
      images,
    );
    const [kernel, bias] = ['kernel', 'bias'].map(
      (name) => trainer.variables().find((info) => info.name === `classifier/${name}`)!.variable,
    );
    const features = model.predict(tf.tensor(images, [test.size, 4, 4, 1])) as tf.Tensor2D;
    const logits = tf.add(tf.matMul(features, kernel as tf.Tensor2D), bias).dataSync();
    (await trainer.predict(test)).forEach((value, at) => expect(value).toBeCloseTo(logits[at], 5));
    await trainer.dispose();
    expect(features.dataSync()).toEqual(
      (model.predict(tf.tensor(images, [test.size, 4, 4, 1])) as tf.Tensor).dataSync(),
    );
  });

  it('equals the unbroken run after a resume at any batch', async () => {
    const model = convolutional();
    const { unbroken, resumed } = await resumedEverywhere(() => ({ model: fromLayersModel(model) }));
    expect(resumed).toHaveLength(12);
    for (const end of resumed) expect(end).toEqual(unbroken);
  });

  it('leaves no tensor behind', async () => {
    const model = convolutional();
    const { numTensors } = tf.memory();
    const trainer = tinyTrainer({ model: fromLayersModel(model) });
    await trainer.fit({ epochs: 1 });
    await trainer.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

const ending = (
  ...end: Parameters<typeof sequential>[0] extends { layers?: infer L } | undefined ? NonNullable<L> : never
) => sequential({ layers: [layers.dense({ inputShape: [16], units: 4 }), ...end] });

describe('what cannot be a backbone', () => {
  it('is refused: maps instead of features', () => {
    const maps = sequential({
      layers: [layers.conv2d({ inputShape: [4, 4, 1], filters: 2, kernelSize: 3 })],
    });
    expect(() => fromLayersModel(maps)).toThrow('one output [batch, features], received [batch, 2, 2, 2]');
  });

  it('is refused, unless inexact resume is accepted: dropout', async () => {
    const model = ending(layers.dropout({ rate: 0.5 }));
    expect(() => fromLayersModel(model)).toThrow(/'dropout_\w+' would draw or remember by themselves/);
    expect(fromLayersModel(model, { inexact: true }).name).toBe(model.name);
  });

  it('is refused: a regularizer, whose term would be lost', () => {
    const model = ending(layers.dense({ units: 2, kernelRegularizer: 'l1l2' }));
    expect(() => fromLayersModel(model)).toThrow(/'dense_\w+' would add to the loss/);
  });

  it('is refused when the network is built: another example shape', async () => {
    const trainer = tinyTrainer({ model: fromLayersModel(ending()) });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(
      'expected examples of shape [16], received [4, 4, 1]',
    );
    await trainer.dispose();
  });

  it('cannot be copied into from the variables of another model', async () => {
    const trainer = tinyTrainer({ model: fromLayersModel(convolutional()) });
    await trainer.fit({ epochs: 0 });
    expect(() => copyIntoLayersModel(trainer.variables(), ending())).toThrow(
      "expected a variable 'backbone/0-Dense/kernel' of shape [16, 4]",
    );
    await trainer.dispose();
  });
});
