import * as tf from '@tensorflow/tfjs-core';
import {
  expectNoLeak,
  fakeLayerContext,
  fakeScope,
  installMatchers,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cifarResNet, resnet32, smallResNet } from './index.js';

beforeAll(useCpuBackend);
installMatchers();

describe('cifarResNet', () => {
  it('names its parts and gives [batch, 4·width] features', () => {
    const scope = fakeScope();
    const net = cifarResNet({ depth: 14, width: 2 }).build(scope, [8, 8, 3]);
    expect(net.outputSize).toBe(8);
    expect(net.apply(tf.ones([3, 8, 8, 3]), fakeLayerContext()).shape).toEqual([3, 8]);
    const convolutions = scope.variables().filter(({ name }) => name.endsWith('kernel'));
    expect(convolutions.map(({ name }) => name.replace('test/', '').replace('/kernel', ''))).toEqual([
      'stem/conv',
      ...[1, 2, 3].flatMap((stage) =>
        [0, 1].flatMap((block) => [1, 2].map((conv) => `stage${stage}/block${block}/conv${conv}`)),
      ),
    ]);
    scope.dispose();
  });

  it('has one layer with weights less than its depth says: the classifier is a separate part', () => {
    for (const depth of [8, 20, 32]) {
      const scope = fakeScope();
      cifarResNet({ depth, width: 1 }).build(scope, [8, 8, 1]);
      expect(scope.variables().filter(({ name }) => name.endsWith('kernel')).length).toBe(depth - 1);
      scope.dispose();
    }
  });

  it('starts from the same weights for the same seed', () => {
    const features = [1, 1, 2].map((seed) => {
      const scope = fakeScope(seed);
      const net = cifarResNet({ depth: 8, width: 4 }).build(scope, [6, 6, 1]);
      const x = tf.reshape(tf.sin(tf.range(0, 72)), [2, 6, 6, 1]);
      const values = net.apply(x, fakeLayerContext()).dataSync();
      scope.dispose();
      return values;
    });
    expect(features[1]).toEqual(features[0]);
    expect(features[2]).not.toEqual(features[0]);
  });

  it('leaves γ and β out of weight decay on request only', () => {
    const decayed = [true, false].map((decayNorm) => {
      const scope = fakeScope();
      cifarResNet({ depth: 8, width: 1, decayNorm }).build(scope, [4, 4, 1]);
      const weights = scope.variables().filter(({ kind }) => kind === 'weight');
      scope.dispose();
      return weights.filter(({ decay }) => decay).length;
    });
    expect(decayed).toEqual([21, 7]);
  });

  it('leaks nothing in a step', () => {
    const scope = fakeScope();
    const net = cifarResNet({ depth: 8, width: 2 }).build(scope, [6, 6, 1]);
    expectNoLeak(() => {
      for (const training of [true, false]) {
        const context = fakeLayerContext({ training });
        tf.tidy(() => void net.apply(tf.ones([2, 6, 6, 1]), context));
        context.applyUpdates();
      }
    });
    scope.dispose();
  });

  it.each([31, 2, 8.5, NaN])('refuses depth %d', (depth) => {
    expect(() => cifarResNet({ depth })).toThrow(/MODELS_BAD_OPTION.*6n \+ 2/);
  });

  it('refuses a width that is no channel count, and examples that are no images', () => {
    expect(() => resnet32({ width: 0 })).toThrow('MODELS_BAD_OPTION');
    expect(() => smallResNet({ blocks: 0 })).toThrow('MODELS_BAD_OPTION');
    expect(() => smallResNet({ stemStride: 0.5 as 1 })).toThrow('MODELS_BAD_OPTION');
    expect(() => resnet32().build(fakeScope(), [784])).toThrow(/MODELS_NOT_IMAGES.*'resnet32'.*\[784\]/);
  });
});
