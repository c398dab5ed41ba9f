import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { checkGradient, installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { estimateCovariance } from './estimate-covariance.js';

installMatchers();
beforeAll(useCpuBackend);

describe('estimateCovariance', () => {
  it('is what one gets by hand, divided by the batch and not by one less', () => {
    tf.tidy(() => {
      const { mean, covariance } = estimateCovariance(tf.tensor2d([1, 2, 3, 6], [2, 2]));
      expect(mean).toBeAllClose([2, 4]);
      expect(covariance).toBeAllClose([
        [
          [1, 2],
          [2, 4],
        ],
      ]);
    });
  });

  it('keeps the blocks of the diagonal for groups', () => {
    tf.tidy(() => {
      const x = tf.randomNormal([10, 6], 0, 1, 'float32', 1) as Tensor2D;
      const whole = tf.reshape(estimateCovariance(x).covariance, [6, 6]);
      const blocks = tf.stack([tf.slice(whole, [0, 0], [3, 3]), tf.slice(whole, [3, 3], [3, 3])]);
      expect(estimateCovariance(x, 2).covariance).toBeAllClose(blocks);
    });
  });

  it('has the gradients of mean and covariance', () => {
    const x = tf.randomNormal([5, 4], 0, 1, 'float32', 2) as Tensor2D;
    checkGradient((value) => tf.sum(tf.square(estimateCovariance(value).mean)), x);
    checkGradient((value) => tf.sum(tf.square(estimateCovariance(value, 2).covariance)), x);
  });

  it('is exactly 0 for constant features, whatever their size', () => {
    tf.tidy(() => {
      const { mean, covariance } = estimateCovariance(tf.fill([13, 2], 1e6 / 3));
      expect(mean).toBeAllClose(tf.fill([2], 1e6 / 3), { rtol: 0, atol: 0 });
      expect(covariance).toBeAllClose(tf.zeros([1, 2, 2]), { rtol: 0, atol: 0 });
    });
  });

  it('counts a row of whole weight as often as that', () => {
    tf.tidy(() => {
      const x = tf.randomNormal([4, 6], 3, 1, 'float32', 3) as Tensor2D;
      const repeated = tf.gather(x, [0, 0, 0, 1, 2, 2, 3]);
      const expected = estimateCovariance(repeated, 2);
      for (const scale of [1, 0.01]) {
        const found = estimateCovariance(x, 2, tf.mul(tf.tensor1d([3, 1, 2, 1]), scale));
        expect(found.mean).toBeAllClose(expected.mean);
        expect(found.covariance).toBeAllClose(expected.covariance, { atol: 1e-6 });
      }
    });
  });

  it('has the gradients of the weighted ones, and is exactly 0 for constant features', () => {
    const x = tf.randomNormal([5, 4], 0, 1, 'float32', 2) as Tensor2D;
    const weights = tf.tensor1d([0.1, 0.5, 2, 1, 0.3]);
    checkGradient((value) => tf.sum(tf.square(estimateCovariance(value, 1, weights).mean)), x);
    checkGradient((value) => tf.sum(tf.square(estimateCovariance(value, 2, weights).covariance)), x);
    tf.tidy(() => {
      const { covariance } = estimateCovariance(tf.fill([5, 2], 1e6 / 3), 1, weights);
      expect(covariance).toBeAllClose(tf.zeros([1, 2, 2]), { rtol: 0, atol: 0 });
    });
    expect(() => estimateCovariance(x, 1, tf.tensor1d([1, 2]))).toThrow(/BAD_SHAPE.*'weights'.*\[5\].*\[2\]/);
  });

  it('refuses anything but [batch, d], and groups that do not divide d', () => {
    tf.tidy(() => {
      expect(() => estimateCovariance(tf.zeros([2, 3, 4]) as unknown as Tensor2D)).toThrow(
        /BAD_SHAPE.*\[2, 3, 4\]/,
      );
      expect(() => estimateCovariance(tf.zeros([0, 4]))).toThrow(/BAD_SHAPE.*\[0, 4\]/);
      expect(() => estimateCovariance(tf.zeros([2, 6]), 4)).toThrow(/GROUPS_DO_NOT_DIVIDE.*1, 2, 3, 6\./);
    });
  });
});
