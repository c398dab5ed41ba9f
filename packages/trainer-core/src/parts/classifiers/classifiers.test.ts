import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers gradients
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassifierDefinition } from '../../contract/layers.js';
import { zeros } from '../initializers/initializers.js';
import { evaluationContext } from '../../step/network.js';
import { VariableStore } from '../../step/variable-store.js';
import { cosineClassifier } from './cosine-classifier.js';
import { linearClassifier } from './linear-classifier.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

function built(definition: ClassifierDefinition<tf.Tensor2D>, features: number, classes: number) {
  const store = new VariableStore(1);
  const layer = definition.build(store.scope('classifier'), features, classes);
  return { layer, infos: store.all(), logits: (x: tf.Tensor2D) => layer.apply(x, evaluationContext) };
}

describe('linearClassifier', () => {
  it('computes x·W + b', () => {
    const { layer, infos, logits } = built(linearClassifier(), 2, 3);
    expect(layer.outputSize).toBe(3);
    expect(infos.map(({ name, kind, decay }) => [name, kind, decay])).toEqual([
      ['classifier/kernel', 'weight', true],
      ['classifier/bias', 'weight', true],
    ]);
    const [kernel, bias] = infos.map((info) => info.variable);
    kernel.assign(
      tf.tensor2d([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    bias.assign(tf.tensor1d([0.5, -0.5, 0]));
    expect([...logits(tf.tensor2d([[1, 10]])).dataSync()]).toEqual([41.5, 51.5, 63]);
  });

  it('starts in U(−1/√d, 1/√d), bias included, each from its own stream', () => {
    const [kernel, bias] = built(linearClassifier(), 100, 200).infos.map((info) => info.variable.dataSync());
    expect(Math.max(...kernel)).toBeGreaterThan(0.0999);
    expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.1));
    expect(Math.max(...bias.map(Math.abs))).toBeGreaterThan(0.09);
    expect(Math.max(...bias.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.1));
    expect(bias[0]).not.toBe(kernel[0]);
  });

  it('can go without bias and with another initializer', () => {
    const { infos, logits } = built(linearClassifier({ bias: false, initializer: zeros() }), 2, 2);
    expect(infos.map(({ name }) => name)).toEqual(['classifier/kernel']);
    expect([...logits(tf.tensor2d([[1, 10]])).dataSync()]).toEqual([0, 0]);
  });
});

describe('cosineClassifier', () => {
  const KERNEL = [
    [1, 2, 0],
    [1, 0, -5],
  ];

  it('equals normalised features times normalised weights', () => {
    // torch 2.15: normalize(x, dim=1) @ normalize(k, dim=0) * 30, a zero row included
    const golden = [29.698486, 18, -24, 0, 0, 0, 0, -21.213203, -21.213203];
    const { infos, logits } = built(cosineClassifier(), 2, 3);
    infos[0].variable.assign(tf.tensor2d(KERNEL));
    const x = tf.tensor2d([
      [3, 4],
      [0, 0],
      [-1, 1],
    ]);
    logits(x)
      .dataSync()
      .forEach((value, i) => expect(value).toBeCloseTo(golden[i], 5));
  });

  it('starts with columns of length 1 and no bias', () => {
    const { infos } = built(cosineClassifier(), 16, 5);
    expect(infos.map(({ name }) => name)).toEqual(['classifier/kernel']);
    const lengths = tf.sum(tf.square(infos[0].variable), 0).dataSync();
    lengths.forEach((length) => expect(length).toBeCloseTo(1, 6));
  });

  it('has the gradients of finite differences, and finite ones at a zero row', () => {
    const { infos, logits } = built(cosineClassifier({ scale: 2 }), 2, 3);
    const [kernel] = infos.map((info) => info.variable);
    const value = (x: readonly number[], k: readonly number[]) => {
      kernel.assign(tf.tensor2d([...k], [2, 3]));
      const weighted = tf.mul(logits(tf.tensor2d([...x], [2, 2])), [
        [1, -2, 3],
        [0.5, 1, -1],
      ]);
      return tf.sum(weighted) as tf.Scalar;
    };
    const X = [3, 4, -1, 1];
    const K = KERNEL.flat();
    const nudge = (values: readonly number[], i: number, by: number) =>
      values.map((v, j) => (j === i ? v + by : v));
    const byKernel = tf.variableGrads(() => value(X, K), [kernel]).grads[kernel.name].dataSync();
    const step = 1e-2;
    K.forEach((_, i) => {
      const [up, down] = [step, -step].map((by) => value(X, nudge(K, i, by)).dataSync()[0]);
      expect(Math.abs(byKernel[i] - (up - down) / (2 * step))).toBeLessThan(2e-3);
    });
    kernel.assign(tf.tensor2d(KERNEL));
    const zero = tf
      .grad((x) => tf.sum(logits(x as tf.Tensor2D)))(tf.zeros([1, 2]))
      .dataSync();
    expect(zero.every(Number.isFinite)).toBe(true);
  });
});
