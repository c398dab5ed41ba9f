// The golden values come from residual-network.golden.py (PyTorch 2.x, float64), which has the same net and the same formulas.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { fakeLayerContext, fakeScope, installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import type { FakeScope } from '@evenkeel/trainer-testing';
import type { Layer } from '@evenkeel/trainer-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cifarResNet } from './index.js';

beforeAll(useCpuBackend);
installMatchers();

const wave = (size: number, phase: number): Float32Array =>
  Float32Array.from({ length: size }, (_, k) => Math.sin(k * k + 3 * k + 7 * phase));
const images = (phase: number): Tensor => tf.tensor(wave(4 * 8 * 8 * 3, phase), [4, 8, 8, 3]);
const waveLike = (x: Tensor, phase: number): Tensor => tf.tensor(wave(x.size, phase), x.shape);
const sumOfProducts = (x: Tensor, y: Tensor): Scalar => tf.sum(tf.mul(x, y));
const someFeatures = (features: Tensor2D): number[] =>
  features
    .arraySync()
    .slice(0, 2)
    .flatMap((row) => row.filter((_, k) => k % 4 === 0));

let scope: FakeScope;
let net: Layer<Tensor, Tensor2D>;

beforeEach(() => {
  scope = fakeScope();
  net = cifarResNet({ depth: 8, width: 4 }).build(scope, [8, 8, 3]);
  scope
    .variables()
    .filter(({ kind }) => kind === 'weight')
    .forEach(({ name, variable }, place) => {
      const { shape, size, rank } = variable;
      const scale = rank === 4 ? 2 / Math.sqrt(9 * (shape[2] ?? 1)) : 0.2;
      const start = name.endsWith('gamma') ? 1 : 0;
      const values = wave(size, place).map((value) => start + scale * value);
      variable.assign(tf.tensor(values, shape));
    });
});
afterEach(() => scope.dispose());

describe('a residual network of depth 8 beside PyTorch', () => {
  it('gives the same features and loss in training', () => {
    const features = net.apply(images(1), fakeLayerContext());
    expect(someFeatures(features)).toBeAllClose(
      [0.6830534, 0.7030246, 2.246863, 0.03327682, 0.6651067, 0.001117323, 1.345003, 0.3393944],
      { atol: 1e-5 },
    );
    expect(sumOfProducts(features, waveLike(features, 5))).toBeAllClose(1.494923);
  });

  it('gives the same gradients of all weights and of the images', () => {
    const weights = scope.variables().filter(({ kind }) => kind === 'weight');
    const loss = (x: Tensor): Scalar => {
      const features = net.apply(x, fakeLayerContext());
      return sumOfProducts(features, waveLike(features, 5));
    };
    const { grads } = tf.variableGrads(
      () => loss(images(1)),
      weights.map(({ variable }) => variable),
    );
    const projected = weights.map(({ variable }) => {
      const gradient = grads[variable.name];
      return sumOfProducts(gradient, waveLike(gradient, 9)).dataSync()[0];
    });
    expect(projected).toBeAllClose(
      [
        5.146992, 1.815462, -0.01784907, -0.9867839, 0.8657903, 0.0331236, 11.54422, 1.453001, 0.6675753,
        4.152273e-5, 2.796642, 0.193176, 0.4913606, -1.327594, -1.428352, -11.67848, 2.176138, 3.865584,
        -0.8228439, -1.566728, -4.51708,
      ],
      { rtol: 1e-3, atol: 1e-4 },
    );
    const imageGradient = tf.grad(loss)(images(1));
    expect(sumOfProducts(imageGradient, waveLike(imageGradient, 9))).toBeAllClose(-5.969508, { rtol: 1e-3 });
  });

  it('has the same running statistics after two steps, and the same features in evaluation', () => {
    for (const phase of [1, 2]) {
      const context = fakeLayerContext();
      net.apply(images(phase), context);
      context.applyUpdates();
    }
    expect(scope.get('stem/norm/mean')).toBeAllClose([
      -0.002247252, -0.008720918, 0.008304566, -0.0003809382,
    ]);
    expect(scope.get('stem/norm/variance')).toBeAllClose([0.9546233, 0.9770034, 0.9854541, 1.002096]);
    const everyFourth = (path: string) =>
      scope
        .get(path)
        .dataSync()
        .filter((_, k) => k % 4 === 0);
    expect(everyFourth('stage3/block0/norm2/mean')).toBeAllClose([
      -0.02998016, -0.1071058, -0.07936377, -0.03424556,
    ]);
    expect(everyFourth('stage3/block0/norm2/variance')).toBeAllClose([
      0.8750139, 0.8691956, 0.9007221, 0.8377028,
    ]);

    const context = fakeLayerContext({ training: false });
    expect(someFeatures(net.apply(images(3), context))).toBeAllClose(
      [0.03542078, 0, 0.2004938, 0.04872869, 0.4392325, 0.08065239, 0.4278458, 0.03333863],
      { atol: 1e-5 },
    );
  });
});
