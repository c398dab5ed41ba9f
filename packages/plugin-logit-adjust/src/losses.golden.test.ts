// The golden values come from ../golden/losses.py (NumPy, float64), which writes the published formulas down example by example.
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { crossEntropyWithLogits } from '@evenkeel/trainer-core';
import { checkGradient, expectNoLeak, installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adjustedLogits,
  classBalancedWeights,
  classSmoothing,
  focalCrossEntropy,
  labelAwareTargets,
  ldamLogits,
  ldamMargins,
  weightedCrossEntropy,
} from './index.js';

installMatchers();
beforeAll(useCpuBackend);

interface Golden {
  readonly margins: number[];
  readonly weights: Readonly<Record<string, number[]>>;
  readonly smoothing: Readonly<Record<'concave' | 'linear' | 'convex', number[]>>;
  readonly exp: Readonly<Record<string, number[]>>;
  readonly losses: Readonly<Record<string, { readonly value: number; readonly gradient: number[] }>>;
}
const golden = JSON.parse(readFileSync(new URL('../golden/losses.json', import.meta.url), 'utf8')) as Golden;

const counts = [5000, 387, 50];
const CIFAR10_LT = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50];
const logits = [
  [1, 2, 3],
  [-0.5, 0, 0.25],
  [4, -1, 0.5],
  [0.2, 0.1, -2],
];
const cosines = [
  [0.9, -0.2, 0.1],
  [0.3, 0.35, -0.8],
  [-0.1, 0.2, 0.6],
  [0.5, 0.4, 0.45],
];
const targets = () => tf.tensor2d([2, 0, 1, 0].map((y) => [0, 1, 2].map((c) => Number(c === y))));
const ldam = (z: Tensor2D) => ldamLogits(tf.mul(z, 30), targets(), ldamMargins(counts));

type LossOf = (z: Tensor2D) => Scalar;
const LOSSES: readonly (readonly [name: string, at: number[][], loss: LossOf])[] = [
  ['balanced softmax', logits, (z) => crossEntropyWithLogits(adjustedLogits(z, counts), targets())],
  ['ldam', cosines, (z) => crossEntropyWithLogits(ldam(z), targets())],
  ['ldam-drw', cosines, (z) => weightedCrossEntropy(ldam(z), targets(), classBalancedWeights(counts))],
  ['class-balanced', logits, (z) => weightedCrossEntropy(z, targets(), classBalancedWeights(counts))],
  ['focal, gamma 2', logits, (z) => focalCrossEntropy(z, targets())],
  ['focal, gamma 0.5', logits, (z) => focalCrossEntropy(z, targets(), 0.5)],
  ['class-balanced focal', logits, (z) => focalCrossEntropy(z, targets(), 2, classBalancedWeights(counts))],
  [
    'label-aware smoothing',
    logits,
    (z) => crossEntropyWithLogits(z, labelAwareTargets(targets(), classSmoothing(counts))),
  ],
];

describe.each(LOSSES)('%s', (name, at, loss) => {
  it('equals the published formula, value and gradient', () => {
    tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((z) => loss(z as Tensor2D))(tf.tensor2d(at));
      expect(value).toBeAllClose([golden.losses[name].value], { rtol: 1e-5 });
      expect(grad).toBeAllClose(golden.losses[name].gradient, { rtol: 1e-4, atol: 2e-6 });
    });
  });

  it('has the gradient of finite differences, and leaves no tensors behind', () => {
    expectNoLeak(() => {
      tf.tidy(() => {
        checkGradient(loss, tf.tensor2d(at), { step: at === cosines ? 1e-3 : 1e-2 });
      });
    });
  });
});

describe('focal loss of examples that are nearly sure', () => {
  const sure = (z: number, gamma: number) =>
    tf.tidy(() => {
      const f = tf.valueAndGrad((x) => focalCrossEntropy(x as Tensor2D, tf.tensor2d([[1, 0, 0]]), gamma));
      const { value, grad } = f(tf.tensor2d([[z, 0, 0]]));
      return [...value.dataSync(), ...grad.dataSync()];
    });

  it('is (1 - p)^gamma times cross-entropy at p = 0.91, with its slope', () => {
    const loss = (z: number) => {
      const p = Math.exp(z) / (Math.exp(z) + 2);
      return -((1 - p) ** 2) * Math.log(p);
    };
    const slope = (loss(3 + 1e-5) - loss(3 - 1e-5)) / 2e-5;
    expect(sure(3, 2)).toBeAllClose([loss(3), slope, -slope / 2, -slope / 2], { rtol: 1e-3 });
  });

  it('has a finite slope at p = 1, for gamma below 1 too', () => {
    expect(sure(60, 0.5)).toBeAllClose([0, 0, 0, 0]);
  });
});

describe('numbers per class', () => {
  it('margins are C / n^(1/4), of counts and of shares', () => {
    expect(ldamMargins(counts)).toBeAllClose(golden.margins);
    expect(ldamMargins(counts.map((count) => count / 5437))).toBeAllClose(golden.margins);
    expect(ldamMargins([16, 1, 0], 0.3)).toBeAllClose([0.15, 0.3, 0.3]);
  });

  it('margins of CIFAR-10-LT at imbalance 100 go from 0.1581 to 0.5, C being 0.5·50^(1/4) = 1.3296', () => {
    const margins = ldamMargins(CIFAR10_LT).dataSync();
    expect([margins[0], margins[9]]).toBeAllClose([0.1581, 0.5], { rtol: 1e-3 });
    CIFAR10_LT.forEach((count, c) => expect(margins[c]).toBeCloseTo(1.3296 / count ** 0.25, 4));
  });

  it.each([0, 0.9, 0.9999, 1])('weights are those of the effective number, beta %d', (beta) => {
    expect(classBalancedWeights(counts, beta)).toBeAllClose(golden.weights[beta]);
  });

  it('weights of CIFAR-10-LT at imbalance 100 are LDAM-DRW’s, 0.0506 to 3.993', () => {
    const weights = classBalancedWeights(CIFAR10_LT).dataSync();
    expect([weights[0], weights[9]]).toBeAllClose([0.0506, 3.993], { rtol: 2e-3 });
  });

  it('a class without examples has no weight, and changes no other', () => {
    expect(classBalancedWeights([...counts, 0])).toBeAllClose([...golden.weights['0.9999'], 0]);
    expect(classBalancedWeights([10, 0, 10], 0)).toBeAllClose([1, 0, 1]);
  });

  it.each(['concave', 'linear', 'convex'] as const)('smoothing falls %s', (shape) => {
    expect(classSmoothing(counts, { shape })).toBeAllClose(golden.smoothing[shape]);
  });

  it.each([0.5, 2, 3])('smoothing falls by power %f', (power) => {
    expect(classSmoothing(counts, { shape: 'exp', power })).toBeAllClose(golden.exp[String(power)]);
  });

  it('smoothing by power 1 is linear', () => {
    const linear = classSmoothing(CIFAR10_LT, { shape: 'linear' });
    expect(classSmoothing(CIFAR10_LT, { shape: 'exp', power: 1 })).toBeAllClose(linear);
    expect(() => classSmoothing(counts, { shape: 'exp' })).toThrow(/'power' of classSmoothing.*above 0/);
  });

  it('smoothing of equal classes is that of the tail, and an empty class counts as the smallest', () => {
    expect(classSmoothing([5, 5])).toBeAllClose([0.1, 0.1]);
    expect(classSmoothing([9, 3, 0], { shape: 'linear' })).toBeAllClose([0.4, 0.1, 0.1]);
  });
});
