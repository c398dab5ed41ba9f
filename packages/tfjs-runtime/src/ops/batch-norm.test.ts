import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { BACKENDS } from './backends.fixture.js';
import { batchNormInference, batchNormTraining } from './batch-norm.js';
import { expectClose, numbers, numericGradient } from './numbers.fixture.js';
import './register-gradients.js';

const EPSILON = 1e-3;
const SHAPES = [
  [4, 5, 3, 6],
  [1, 1, 2, 1],
  [7, 3],
];

interface Case {
  readonly x: Tensor;
  readonly gamma: Tensor1D;
  readonly beta: Tensor1D;
  readonly weights: Tensor;
}

function caseOf(shape: number[]): Case {
  const channels = shape[shape.length - 1];
  const size = tf.util.sizeFromShape(shape);
  return {
    x: tf.tensor(
      numbers(size, 1).map((value, i) => 3 * value + (i % channels)),
      shape,
    ),
    gamma: tf.tensor1d(numbers(channels, 2).map((value) => value + 2)),
    beta: tf.tensor1d(numbers(channels, 3)),
    weights: tf.tensor(numbers(size, 4), shape),
  };
}

type Normalise = (x: Tensor, gamma: Tensor1D, beta: Tensor1D) => Tensor;

/** As a user of plain tfjs writes it. */
const unfused: Normalise = (x, gamma, beta) => {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  const inverse = tf.rsqrt(tf.add(variance, EPSILON));
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverse), gamma), beta);
};

function outputAndGradients(normalise: Normalise, shape: number[]): Float32Array[] {
  return tf.tidy(() => {
    const { x, gamma, beta, weights } = caseOf(shape);
    const loss = (...inputs: Tensor[]): Tensor =>
      tf.sum(tf.mul(normalise(inputs[0], inputs[1] as Tensor1D, inputs[2] as Tensor1D), weights));
    const gradients = tf.grads(loss)([x, gamma, beta]);
    return [normalise(x, gamma, beta), ...gradients].map((tensor) => tensor.dataSync() as Float32Array);
  });
}

const fused: Normalise = (x, gamma, beta) => batchNormTraining(x, gamma, beta, EPSILON).output;

describe.each(BACKENDS)('batchNormTraining on $title', ({ name, ready }) => {
  describe.skipIf(!ready).each(SHAPES.map((shape) => ({ shape })))('for $shape', ({ shape }) => {
    let expected: Float32Array[];
    beforeAll(async () => {
      await useBackend('cpu');
      expected = outputAndGradients(unfused, shape);
      await useBackend(name);
    });

    it('gives the output and the gradients of the unfused formula', () => {
      outputAndGradients(fused, shape).forEach((actual, i) => expectClose(actual, expected[i], 2e-5));
    });

    it("gives the batch's mean and biased variance", () => {
      const { x, gamma, beta } = caseOf(shape);
      const { mean, variance } = batchNormTraining(x, gamma, beta, EPSILON);
      const [channels] = gamma.shape;
      const values = Array.from({ length: channels }, (_, c) =>
        Array.from(x.dataSync()).filter((_v, i) => i % channels === c),
      );
      const means = values.map((all) => all.reduce((sum, value) => sum + value, 0) / all.length);
      const squares = values.map(
        (all, c) => all.reduce((sum, value) => sum + (value - means[c]) ** 2, 0) / all.length,
      );
      expectClose(mean.dataSync(), means, 1e-5);
      expectClose(variance.dataSync(), squares, 1e-5);
    });

    it('leaves no tensor behind', () => {
      const before = tf.memory().numTensors;
      tf.tidy(() => void outputAndGradients(fused, shape));
      const { x, gamma, beta, weights } = caseOf(shape);
      const { output, mean, variance } = batchNormTraining(x, gamma, beta, EPSILON);
      tf.dispose([x, gamma, beta, weights, output, mean, variance]);
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});

describe('gradients of batchNormTraining', () => {
  it('agree with finite differences', async () => {
    await useBackend('cpu');
    const shape = [3, 2, 2, 2];
    const { x, gamma, beta, weights } = caseOf(shape);
    const loss = (inputs: Tensor[]): Tensor =>
      tf.sum(tf.mul(fused(inputs[0], inputs[1] as Tensor1D, inputs[2] as Tensor1D), weights));
    const inputs: Tensor[] = [x, gamma, beta];
    const gradients = tf.grads((...all) => loss(all))(inputs);
    inputs.forEach((input, at) => {
      const moved = (values: Float32Array): number =>
        loss(inputs.map((same, i) => (i === at ? tf.tensor(values, input.shape) : same))).dataSync()[0];
      const numeric = numericGradient(moved, input.dataSync() as Float32Array, 1e-2);
      expectClose(gradients[at].dataSync(), numeric, 2e-3);
    });
  });
});

describe.each(BACKENDS)('batchNormInference on $title', ({ name, ready }) => {
  it.skipIf(!ready)('is γ·(x − mean)/√(variance + ε) + β', async () => {
    await useBackend(name);
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const vector = (a: number, b: number): Tensor1D => tf.tensor1d([a, b]);
    const output = batchNormInference(x, vector(1, 2), vector(3, 8), vector(2, 3), vector(0.5, -1), 1);
    // (1 − 1)/2·2 + 0.5, (2 − 2)/3·3 − 1, (3 − 1)/2·2 + 0.5, (4 − 2)/3·3 − 1
    expectClose(output.dataSync(), [0.5, -1, 2.5, 1], 1e-6);
  });
});
