// The golden values come from ../golden/stages.py (NumPy, float64).
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { linearClassifier } from '@evenkeel/trainer-core';
import {
  checkGradient,
  expectNoLeak,
  fakeLayerContext,
  fakeScope,
  installMatchers,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { classMeans, nearestMeanLogits, represent, scaledClassifier, tauNormalise } from './index.js';
import type { Representation } from './index.js';

installMatchers();
beforeAll(useCpuBackend);

type Rows = number[][];
interface Golden {
  readonly normalised: Readonly<Record<string, Rows>>;
  readonly scaled: Rows;
  readonly means: Rows;
  readonly cosine: Readonly<Record<Representation, Rows>>;
  readonly euclidean: Readonly<Record<Representation, Rows>>;
}
const golden = JSON.parse(readFileSync(new URL('../golden/stages.json', import.meta.url), 'utf8')) as Golden;

const KERNEL = [
  [1, -0.5, 3],
  [2, 0.25, -4],
];
const FEATURES = [
  [3, 4],
  [1, 0],
  [-2, 1],
  [0.5, 1.5],
  [0, -3],
];
const QUERIES = [
  [1, 2],
  [-0.5, 0.25],
];
const labels = () => tf.tensor1d([0, 1, 0, 2, 2], 'int32');

/** A matrix of some numbers, none near 0. */
const matrix = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.boolean()), { minLength: 12, maxLength: 12 })
  .map((cells) => cells.map(([size, negative]) => (negative ? -size : size) / 8));

describe('tauNormalise', () => {
  it.each([0, 0.7, 1, 2])('equals w / |w|^tau, tau %d', (tau) => {
    expect(tauNormalise(tf.tensor2d(KERNEL), tau)).toBeAllClose(golden.normalised[tau]);
  });

  it('leaves directions, makes lengths powers of what they were, and does not see the scale at tau 1', () => {
    fc.assert(
      fc.property(matrix, fc.integer({ min: 0, max: 20 }), (values, step) =>
        tf.tidy(() => {
          const tau = step / 10;
          const kernel = tf.tensor2d(values, [4, 3]);
          const lengths = (x: Tensor2D) => tf.sqrt(tf.sum(tf.square(x), 0));
          const after = tauNormalise(kernel, tau);
          expect(lengths(after)).toBeAllClose(tf.pow(lengths(kernel), 1 - tau), { rtol: 1e-4 });
          const cosines = tf.div(tf.sum(tf.mul(kernel, after), 0), tf.mul(lengths(kernel), lengths(after)));
          expect(cosines).toBeAllClose([1, 1, 1], { rtol: 1e-4 });
          const scaled = tauNormalise(tf.mul(kernel, 7), 1);
          expect(scaled).toBeAllClose(tauNormalise(kernel, 1), { rtol: 1e-4, atol: 1e-5 });
        }),
      ),
      { numRuns: 50 },
    );
  });

  it('leaves a zero column alone', () => {
    const kernel = tf.tensor2d([
      [0, 3],
      [0, 4],
    ]);
    expect(tauNormalise(kernel, 1)).toBeAllClose([
      [0, 0.6],
      [0, 0.8],
    ]);
  });
});

describe('scaledClassifier', () => {
  it('multiplies every logit by the factor of its class, the bias included', () => {
    const scope = fakeScope();
    const layer = scaledClassifier(linearClassifier()).build(scope, 2, 3);
    scope.get('kernel').assign(tf.tensor2d(KERNEL));
    scope.get('bias').assign(tf.tensor1d([0.1, -0.2, 0.3]));
    const scale = scope.get('scale');
    expect(Array.from(scale.dataSync())).toEqual([1, 1, 1]);
    scale.assign(tf.tensor1d([1.5, 0.5, 2]));
    const logits = () => layer.apply(tf.tensor2d(QUERIES), fakeLayerContext()) as tf.Tensor2D;
    expect(logits()).toBeAllClose(golden.scaled);
    checkGradient(() => tf.sum(tf.square(logits())), scale, { relativeTolerance: 0.002 });
    scope.dispose();
  });
});

describe('nearest class means', () => {
  it('are the means of the features of each class, zeros where there are none', () => {
    expect(classMeans(tf.tensor2d(FEATURES), labels(), 3)).toBeAllClose(golden.means);
    expect(classMeans(tf.tensor2d(FEATURES), labels(), 4)).toBeAllClose([...golden.means, [0, 0]]);
  });

  it.each(['plain', 'normalised', 'centred'] as const)('classify %s features', (representation) => {
    const features = tf.tensor2d(FEATURES);
    const centre = tf.mean<tf.Tensor1D>(features, 0);
    const means = classMeans(represent(features, representation, centre), labels(), 3);
    const queries = represent(tf.tensor2d(QUERIES), representation, centre);
    expect(nearestMeanLogits(queries, means, 'cosine')).toBeAllClose(golden.cosine[representation]);
    expect(nearestMeanLogits(queries, means, 'euclidean')).toBeAllClose(golden.euclidean[representation], {
      atol: 1e-5,
    });
  });

  it('do not depend on the order of the examples, and the cosine not on the length of features', () => {
    fc.assert(
      fc.property(
        matrix,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 3 }),
        (values, by, turn) =>
          tf.tidy(() => {
            const features = tf.tensor2d(values, [6, 2]);
            const classes = [0, 1, 2, 0, 1, 2];
            const rotated = <Item>(items: readonly Item[]) => [...items.slice(turn), ...items.slice(0, turn)];
            const order = rotated([0, 1, 2, 3, 4, 5]);
            const means = classMeans(features, tf.tensor1d(classes, 'int32'), 3);
            const again = classMeans(tf.gather(features, order), tf.tensor1d(rotated(classes), 'int32'), 3);
            expect(again).toBeAllClose(means, { atol: 1e-5 });
            const logits = nearestMeanLogits(features, means, 'cosine');
            const longer = nearestMeanLogits(tf.mul(features, by), means, 'cosine');
            expect(longer).toBeAllClose(logits, { atol: 1e-5 });
          }),
      ),
      { numRuns: 50 },
    );
  });

  it('leave no tensors behind', () => {
    const [features, classes] = [tf.tensor2d(FEATURES), labels()];
    expectNoLeak(() => {
      const means = classMeans(features, classes, 3);
      nearestMeanLogits(features, means, 'euclidean').dispose();
      tauNormalise(means, 0.5).dispose();
      means.dispose();
    });
  });
});
