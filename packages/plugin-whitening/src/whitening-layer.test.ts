import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { checkGradient, expectNoLeak, fakeLayerContext, fakeScope } from '@evenkeel/trainer-testing';
import { installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import type { FakeScope } from '@evenkeel/trainer-testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { estimateCovariance } from './estimate-covariance.js';
import { foldIntoClassifier } from './fold-into-classifier.js';
import type { WhiteningMethod, WhiteningOptions } from './options.js';
import { applyWhitening, whiten } from './whiten.js';
import { whiteningTransform } from './whitening-layer.js';
import type { WhiteningLayer } from './whitening-layer.js';
import { whiteningMatrix } from './whitening-matrix.js';

installMatchers();
beforeAll(useCpuBackend);

let scope: FakeScope;
beforeEach(() => {
  scope = fakeScope();
});
afterEach(() => scope.dispose());

const build = (options: WhiteningOptions, features: number) =>
  whiteningTransform(options).build(scope, features) as WhiteningLayer;
const random = (rows: number, columns: number, seed: number) =>
  tf.randomNormal([rows, columns], 1, 2, 'float32', seed) as Tensor2D;
const evaluation = () => fakeLayerContext({ training: false });

/** One training batch, its updates applied. */
function train(layer: WhiteningLayer, features: Tensor2D, tag = 'base'): Tensor2D {
  const context = fakeLayerContext({ tag });
  const output = layer.apply(features, context);
  context.applyUpdates();
  return output;
}

describe('WhiteningLayer', () => {
  it('keeps an exponential mean of mean and unshrunk covariance, by hand', () => {
    tf.tidy(() => {
      const layer = build({ momentum: 0.25 }, 2);
      expect(scope.get('mean')).toBeAllClose([0, 0]);
      expect(scope.get('covariance')).toBeAllClose([
        [
          [1, 0],
          [0, 1],
        ],
      ]);
      train(layer, tf.tensor2d([1, 2, 3, 6], [2, 2])); // mean [2, 4], covariance [[1, 2], [2, 4]]
      expect(scope.get('mean')).toBeAllClose([0.5, 1]);
      expect(scope.get('covariance')).toBeAllClose([
        [
          [1, 0.5],
          [0.5, 1.75],
        ],
      ]);
      train(layer, tf.tensor2d([4, 4], [1, 2])); // mean [4, 4], covariance 0
      expect(scope.get('mean')).toBeAllClose([1.375, 1.75]);
      expect(scope.get('covariance')).toBeAllClose([
        [
          [0.75, 0.375],
          [0.375, 1.3125],
        ],
      ]);
    });
  });

  it.each(['zca', 'newton', 'cholesky', 'batch-norm'] as const)(
    'whitens by the batch in training, and in evaluation by what it kept: %s',
    (method: WhiteningMethod) => {
      tf.tidy(() => {
        const options = { method, groups: 2 };
        const layer = build({ ...options, momentum: 1 }, 4);
        const x = random(12, 4, 1);
        const trained = train(layer, x);
        expect(trained).toBeAllClose(whiten(x, options));
        expect(layer.apply(x, evaluation())).toBeAllClose(trained, { atol: 1e-5 });
        // Another batch is not whitened by itself, and one example is enough.
        const other = random(12, 4, 2);
        const evaluated = layer.apply(other, evaluation());
        expect(evaluated).not.toBeAllClose(whiten(other, options), { atol: 1e-2 });
        const first = tf.slice(other, [0, 0], [1, 4]) as Tensor2D;
        expect(layer.apply(first, evaluation())).toBeAllClose(tf.slice(evaluated, [0, 0], [1, 4]), {
          atol: 1e-5,
        });
      });
    },
  );

  it('does nothing at first in evaluation but shrink nothing: mean 0 and covariance I', () => {
    tf.tidy(() => {
      const x = random(3, 4, 1);
      // Σ' = I + floor · I
      expect(build({}, 4).apply(x, evaluation())).toBeAllClose(x, { rtol: 1e-5 });
    });
  });

  it('updates its statistics only in training, and only from the tags named', () => {
    tf.tidy(() => {
      const layer = build({ statistics: ['base'], momentum: 1 }, 4);
      const embedded = fakeLayerContext({ tag: 'embedded' });
      const x = random(8, 4, 1);
      expect(layer.apply(x, embedded)).toBeAllClose(whiten(x));
      expect(embedded.updates.size).toBe(0);
      train(layer, x, 'base');
      expect(scope.get('mean')).toBeAllClose(tf.mean(x, 0), { atol: 1e-5 });
      const before = scope.get('covariance').arraySync();
      layer.apply(random(8, 4, 2), evaluation());
      expect(scope.get('covariance')).toBeAllClose(before as number[][][]);
    });
  });

  it('blends: 1 trains as it evaluates, 0.5 lies between', () => {
    tf.tidy(() => {
      const x = random(8, 4, 1);
      const [batch, half, running] = [0, 0.5, 1].map((blend) => {
        const own = scope.child(`blend-${blend}`);
        const layer = whiteningTransform({ blend, momentum: 1 }).build(own, 4) as WhiteningLayer;
        train(layer, random(32, 4, 2));
        const output = layer.apply(x, fakeLayerContext());
        if (blend === 1) expect(output).toBeAllClose(layer.apply(x, evaluation()));
        return output;
      });
      expect(half).not.toBeAllClose(batch, { atol: 1e-2 });
      expect(half).not.toBeAllClose(running, { atol: 1e-2 });
      expect(batch).toBeAllClose(whiten(x));
    });
  });

  it.each([0, 0.3, 1])('lets the gradient through the batch only, blend %f', (blend) => {
    const layer = build({ blend, affine: true }, 4);
    const x = random(6, 4, 3);
    tf.tidy(() => void train(layer, random(9, 4, 4)));
    const weights = random(6, 4, 5);
    checkGradient((value) => tf.sum(tf.mul(layer.apply(value, fakeLayerContext()), weights)), x);
  });

  it('has a trained scale and shift with affine, and none without', () => {
    tf.tidy(() => {
      const layer = build({ affine: true }, 4);
      expect(scope.variables().map(({ name, kind }) => `${kind} ${name}`)).toEqual([
        'statistic test/mean',
        'statistic test/covariance',
        'weight test/scale',
        'weight test/shift',
      ]);
      const x = random(8, 4, 1);
      expect(train(layer, x)).toBeAllClose(whiten(x));
      scope.get('scale').assign(tf.tensor1d([1, 2, 3, 4]));
      scope.get('shift').assign(tf.tensor1d([4, 3, 2, 1]));
      const expected = tf.add(tf.mul(whiten(x), tf.tensor1d([1, 2, 3, 4])), tf.tensor1d([4, 3, 2, 1]));
      expect(train(layer, x)).toBeAllClose(expected);

      const plain = scope.child('plain');
      whiteningTransform().build(plain, 4);
      expect(scope.variables()).toHaveLength(6);
    });
  });

  it('keeps one variance per feature for batch-norm', () => {
    build({ method: 'batch-norm' }, 5);
    expect(scope.get('covariance').shape).toEqual([5, 1, 1]);
    expect(scope.get('covariance')).toBeAllClose([1, 1, 1, 1, 1]);
  });

  it('passes features as they are until it begins, in training, in evaluation, and folded, and whitens from then on', () => {
    tf.tidy(() => {
      const layer = build({ from: 2, momentum: 1, affine: true }, 4);
      scope.get('shift').assign(tf.tensor1d([4, 3, 2, 1]));
      const x = random(8, 4, 1);
      const moved = (value: Tensor2D) => tf.add(value, tf.tensor1d([4, 3, 2, 1]));
      const kernel = random(4, 3, 6);
      const bias = tf.tensor1d([1, 2, 3]) as Tensor1D;
      const step = (epoch: number) => {
        const context = { ...fakeLayerContext(), epoch: tf.scalar(epoch), epochs: tf.scalar(4) };
        const output = layer.apply(x, context);
        context.applyUpdates();
        return output;
      };
      for (const [epoch, expected] of [[1, x] as const, [2, whiten(x)] as const]) {
        expect(step(epoch)).toBeAllClose(moved(expected));
        expect(scope.get('mean')).toBeAllClose(tf.mean(x, 0), { atol: 1e-5 });
        expect(layer.apply(x, evaluation())).toBeAllClose(moved(expected), { atol: 1e-4 });
        const folded = foldIntoClassifier(layer.evaluation(), { kernel, bias });
        const logits = tf.add(tf.matMul(moved(expected), kernel), bias);
        expect(tf.add(tf.matMul(x, folded.kernel), folded.bias)).toBeAllClose(logits, { atol: 1e-3 });
      }
      const plain = { ...fakeLayerContext(), epoch: tf.scalar(1), epochs: tf.scalar(4) };
      checkGradient((value) => tf.sum(tf.square(layer.apply(value, plain))), x);
    });
  });

  it('counts classes alike where it is told to', () => {
    tf.tidy(() => {
      const layer = build({ weighting: 'classes', momentum: 1 }, 4);
      const labels = tf.tensor1d([0, 0, 0, 0, 0, 0, 1, 2], 'int32');
      const targets = tf.cast(tf.oneHot(labels, 3), 'float32') as Tensor2D;
      const x = random(8, 4, 1);
      const context = { ...fakeLayerContext(), targets };
      const weights = tf.tensor1d([1, 1, 1, 1, 1, 1, 6, 6]);
      const { mean, covariance } = estimateCovariance(x, 1, weights);
      const expected = applyWhitening(x, { mean, matrix: whiteningMatrix(covariance) });
      expect(layer.apply(x, context)).toBeAllClose(expected);
      context.applyUpdates();
      expect(layer.apply(x, evaluation())).toBeAllClose(expected, { atol: 1e-4 });
      checkGradient((value) => tf.sum(tf.mul(layer.apply(value, context), random(8, 4, 2))), x);
    });
  });

  it('says what of a step it lacks without a trainer', () => {
    tf.tidy(() => {
      const x = random(8, 4, 1);
      for (const [options, needs] of [
        [{ from: 1 }, /NO_TRAINER.*'from': expected 'epoch' and 'epochs'/],
        [{ weighting: 'classes' }, /NO_TRAINER.*'weighting': expected 'targets'/],
      ] as const) {
        const layer = whiteningTransform(options).build(scope.child(String(needs)), 4);
        expect(() => layer.apply(x, fakeLayerContext())).toThrow(needs);
        expect(layer.apply(x, evaluation()).shape).toEqual([8, 4]);
      }
    });
  });

  it('says which groups are possible', () => {
    expect(() => build({ groups: 5 }, 64)).toThrow(
      /WHITENING_GROUPS_DO_NOT_DIVIDE.*1, 2, 4, 8, 16, 32, 64\./,
    );
  });

  it.each([false, true])('folds into the classifier behind it, affine %s', (affine) => {
    tf.tidy(() => {
      const layer = build({ affine, groups: 2 }, 4);
      for (let seed = 1; seed < 5; seed += 1) train(layer, random(16, 4, seed));
      if (affine) scope.get('scale').assign(tf.tensor1d([1, 2, 3, 4]));
      if (affine) scope.get('shift').assign(tf.tensor1d([4, 3, 2, 1]));
      const kernel = random(4, 3, 6);
      const bias = tf.tensor1d([1, 2, 3]) as Tensor1D;
      const folded = foldIntoClassifier(layer.evaluation(), { kernel, bias });
      const x = random(8, 4, 7);
      const expected = tf.add(tf.matMul(layer.apply(x, evaluation()), kernel), bias);
      expect(tf.add(tf.matMul(x, folded.kernel), folded.bias)).toBeAllClose(expected, { atol: 1e-4 });
    });
  });

  it('leaves no tensors behind', () => {
    const layer = build({ blend: 0.5, affine: true }, 4);
    const x = random(8, 4, 1);
    expectNoLeak(() => tf.tidy(() => void train(layer, x)));
    expectNoLeak(() => tf.tidy(() => void layer.apply(x, evaluation())));
    expectNoLeak(() => {
      const { mean, matrix } = layer.evaluation();
      tf.dispose([mean, matrix]);
    });
    x.dispose();
  });
});
