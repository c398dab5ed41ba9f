import * as tf from '@tensorflow/tfjs-core';
import type { Initializer } from '@evenkeel/trainer-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoLeak, fakeLayerContext, fakeScope, installMatchers, useCpuBackend } from './index.js';

beforeAll(useCpuBackend);
installMatchers();

const normal: Initializer = (shape, random) =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());

describe('fakeScope', () => {
  it('makes weights and statistics under their paths', () => {
    const scope = fakeScope();
    const block = scope.child('block');
    const kernel = block.weight('kernel', [2, 3], normal);
    block.weight('bias', [3], normal, { decay: false });
    block.statistic('mean', [3], normal);
    expect(block.path).toBe('test/block');
    expect(scope.variables().map(({ name, kind, decay }) => [name, kind, decay])).toEqual([
      ['test/block/kernel', 'weight', true],
      ['test/block/bias', 'weight', false],
      ['test/block/mean', 'statistic', false],
    ]);
    expect(scope.get('block/kernel')).toBe(kernel);
    expect(kernel.trainable).toBe(true);
    expect(scope.get('block/mean').trainable).toBe(false);
    expect(() => scope.get('kernel')).toThrow(/TESTING_UNKNOWN_VARIABLE.*'block\/kernel', 'block\/bias'/);
    expect(() => block.weight('mean', [1], normal)).toThrow('TRAINER_DUPLICATE_VARIABLE');
    scope.dispose();
  });

  it('gives the same values for the same seed and path, whatever else is made', () => {
    const [a, b, c] = [fakeScope(7), fakeScope(7), fakeScope(8)];
    b.weight('other', [5], normal);
    const first = a.weight('kernel', [4], normal);
    expect(b.weight('kernel', [4], normal)).toBeAllClose(first, { rtol: 0, atol: 0 });
    expect(c.weight('kernel', [4], normal)).not.toBeAllClose(first);
    for (const scope of [a, b, c]) scope.dispose();
  });

  it('disposes every variable', () => {
    expectNoLeak(() => {
      const scope = fakeScope();
      scope.child('a').weight('kernel', [2], normal);
      scope.statistic('mean', [2], normal);
      scope.dispose();
    });
  });
});

describe('fakeLayerContext', () => {
  it('holds updates back until they are applied; the last one wins', () => {
    const mean = tf.variable(tf.tensor1d([0, 0]));
    expectNoLeak(() => {
      const context = fakeLayerContext();
      tf.tidy(() => {
        context.update(mean, tf.tensor1d([1, 1]));
        context.update(mean, tf.tensor1d([2, 3]));
      });
      expect(mean).toBeAllClose([0, 0]);
      expect(context.updates.get(mean)).toBeAllClose([2, 3]);
      context.applyUpdates();
      expect(mean).toBeAllClose([2, 3]);
      expect(context.updates.size).toBe(0);
    });
  });

  it('keeps what is logged, in training', () => {
    expectNoLeak(() => {
      const [context, evaluating] = [fakeLayerContext(), fakeLayerContext({ training: false })];
      tf.tidy(() => {
        for (const each of [context, evaluating]) each.log('norm', tf.scalar(2));
      });
      expect(context.logged.get('norm')).toBeAllClose(2);
      expect(evaluating.logged.size).toBe(0);
      context.dispose();
      expect(context.logged.size).toBe(0);
    });
  });

  it('can drop updates, and ignores them outside training', () => {
    const mean = tf.variable(tf.tensor1d([0]));
    expectNoLeak(() => {
      const dropped = fakeLayerContext();
      tf.tidy(() => dropped.update(mean, tf.tensor1d([1])));
      dropped.dispose();
      const evaluating = fakeLayerContext({ training: false });
      tf.tidy(() => evaluating.update(mean, tf.tensor1d([1])));
      evaluating.applyUpdates();
      expect(mean).toBeAllClose([0]);
      expect([dropped.tag, evaluating.tag]).toEqual(['base', 'evaluation']);
    });
  });

  it('draws the same numbers for a purpose, others for another purpose or seed', () => {
    const context = fakeLayerContext({ tag: 'embedded' });
    expect(context.tag).toBe('embedded');
    const first = context.uniform('dropout', [2, 50]);
    expect(first.shape).toEqual([2, 50]);
    expect(context.uniform('dropout', [2, 50])).toBeAllClose(first);
    expect(context.uniform('noise', [2, 50])).not.toBeAllClose(first);
    expect(fakeLayerContext({ seed: 2 }).uniform('dropout', [2, 50])).not.toBeAllClose(first);
    expect(first.dataSync().every((value) => value >= 0 && value < 1)).toBe(true);
  });
});

describe('expectNoLeak', () => {
  it('names both counts', async () => {
    expect(() => expectNoLeak(() => void tf.scalar(1))).toThrow('TESTING_LEAKED_TENSORS');
    await expect(expectNoLeak(async () => void (await Promise.resolve(tf.scalar(1))))).rejects.toThrow(
      'TESTING_LEAKED_TENSORS',
    );
    await expectNoLeak(async () => (await Promise.resolve(tf.scalar(1))).dispose());
  });
});
