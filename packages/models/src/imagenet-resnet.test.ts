import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import {
  checkGradient,
  expectNoLeak,
  fakeLayerContext,
  fakeScope,
  installMatchers,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { resnet10, summary } from './index.js';

beforeAll(useCpuBackend);
installMatchers();

describe('resnet10', () => {
  it('has the parameters of the published network without its classifier', () => {
    // Stem 9,408 + 128; stages 73,984, 230,144, 919,040 and 3,673,088, each counted by hand from its layer shapes.
    expect(summary(resnet10(), [32, 32, 3]).parameters).toBe(4_905_792);
  });

  it.each([16, 18, 33])('gives [batch, 8·width] features of images with side %d', (side) => {
    const scope = fakeScope();
    const net = resnet10({ width: 2 }).build(scope, [side, side, 3]);
    expect(net.outputSize).toBe(16);
    expect(net.apply(tf.ones([2, side, side, 3]), fakeLayerContext()).shape).toEqual([2, 16]);
    scope.dispose();
  });

  it('has the right gradients and leaks nothing', () => {
    const scope = fakeScope();
    const net = resnet10({ width: 1 }).build(scope, [16, 16, 1]);
    const x = tf.reshape(tf.sin(tf.square(tf.range(0, 512))), [2, 16, 16, 1]);
    const weights = tf.cos(tf.square(tf.reshape(tf.range(0, 16), [2, 8])));
    const f = (): Scalar => {
      const context = fakeLayerContext({ training: false });
      const result = tf.sum(tf.mul(net.apply(x, context), weights)) as Scalar;
      context.dispose();
      return result;
    };
    const options = { step: 1e-3, relativeTolerance: 0.02, elements: 12 };
    expectNoLeak(() => {
      for (const path of [
        'stem/conv/kernel',
        'stage2/block0/shortcut/conv/kernel',
        'stage4/block0/conv2/kernel',
      ])
        checkGradient(f, scope.get(path), options);
    });
    scope.dispose();
  });

  it('refuses a width that is no channel count, and examples that are no images', () => {
    expect(() => resnet10({ width: 0 })).toThrow('MODELS_BAD_OPTION');
    expect(() => resnet10().build(fakeScope(), [784])).toThrow(/MODELS_NOT_IMAGES.*'resnet10'.*\[784\]/);
  });
});
