import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { estimateCovariance } from './estimate-covariance.js';
import { foldIntoClassifier } from './fold-into-classifier.js';
import { applyWhitening } from './whiten.js';
import { whiteningMatrix } from './whitening-matrix.js';

installMatchers();
beforeAll(useCpuBackend);

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);
const classifier = () => ({ kernel: random([6, 4], 1) as Tensor2D, bias: random([4], 2) as Tensor1D });

describe('foldIntoClassifier', () => {
  it.each([1, 2, 6])('gives the logits of whitening and classifier, %i groups', (groups) => {
    tf.tidy(() => {
      const x = tf.add(random([20, 6], 3), tf.range(0, 6)) as Tensor2D;
      const { kernel, bias } = classifier();
      const { mean, covariance } = estimateCovariance(x, groups);
      const matrix = whiteningMatrix(covariance, { method: 'cholesky' });
      const folded = foldIntoClassifier({ mean, matrix }, { kernel, bias });
      const expected = tf.add(tf.matMul(applyWhitening(x, { mean, matrix }), kernel), bias);
      expect(tf.add(tf.matMul(x, folded.kernel), folded.bias)).toBeAllClose(expected, { atol: 1e-4 });

      const scale = random([6], 4) as Tensor1D;
      const shift = random([6], 5) as Tensor1D;
      const affine = foldIntoClassifier({ mean, matrix, scale, shift }, { kernel, bias });
      const scaled = tf.add(tf.mul(applyWhitening(x, { mean, matrix }), scale), shift) as Tensor2D;
      const goal = tf.add(tf.matMul(scaled, kernel), bias);
      expect(tf.add(tf.matMul(x, affine.kernel), affine.bias)).toBeAllClose(goal, { atol: 1e-4 });
    });
  });

  it('refuses a kernel of other features', () => {
    tf.tidy(() => {
      const whitening = { mean: tf.zeros([5]) as Tensor1D, matrix: tf.expandDims<tf.Tensor3D>(tf.eye(5)) };
      expect(() => foldIntoClassifier(whitening, classifier())).toThrow(
        /WHITENING_BAD_SHAPE.*\[5, classes\].*\[6, 4\]/,
      );
    });
  });
});
