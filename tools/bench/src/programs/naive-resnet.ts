import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';

/** The step as users of TensorFlow.js write it. */
export interface NaiveStep {
  step(images: Tensor4D, targets: Tensor2D): Promise<number>;
  dispose(): void;
}

/**
 * ResNet-32 for CIFAR with nothing but TensorFlow.js: `tf.moments` and `tf.batchNorm`, `tf.relu`,
 * `tf.losses.softmaxCrossEntropy`, `tf.train.momentum`. `width` channels in the first stage.
 */
export function naiveResNet({ width = 16, blocks = 5, classes = 10 } = {}): NaiveStep {
  const variables: Variable[] = [];
  let seed = 0;
  const make = (shape: number[], deviation: number, mean = 0, trainable = true): Variable => {
    const variable = tf.tidy(() =>
      tf.variable(tf.add(tf.randomNormal(shape, 0, deviation, 'float32', ++seed), mean), trainable),
    );
    variables.push(variable);
    return variable;
  };

  type Apply = (x: Tensor4D, statistics: [Variable, Tensor][]) => Tensor4D;
  const convolution = (inputs: number, outputs: number, stride: number): Apply => {
    const kernel = make([3, 3, inputs, outputs], Math.sqrt(2 / (9 * inputs))) as Tensor as Tensor4D;
    return (x) => tf.conv2d(x, kernel, stride, 'same');
  };
  const batchNorm = (channels: number): Apply => {
    const [gamma, beta] = [make([channels], 0, 1), make([channels], 0)];
    const [mean, variance] = [make([channels], 0, 0, false), make([channels], 0, 1, false)];
    return (x, statistics) => {
      const batch = tf.moments(x, [0, 1, 2]);
      statistics.push([mean, tf.keep(batch.mean)], [variance, tf.keep(batch.variance)]);
      const vector = (tensor: Tensor) => tensor as Tensor1D;
      return tf.batchNorm4d(x, vector(batch.mean), vector(batch.variance), vector(beta), vector(gamma), 1e-5);
    };
  };

  const stem = [convolution(3, width, 1), batchNorm(width)];
  const residuals: Apply[] = [];
  let inputs = width;
  for (const stage of [0, 1, 2]) {
    for (let block = 0; block < blocks; block++) {
      const [outputs, stride] = [width * 2 ** stage, stage > 0 && block === 0 ? 2 : 1];
      const parts = [
        convolution(inputs, outputs, stride),
        batchNorm(outputs),
        convolution(outputs, outputs, 1),
        batchNorm(outputs),
      ];
      const half = (outputs - inputs) / 2;
      residuals.push((x, statistics) => {
        const [conv1, norm1, conv2, norm2] = parts;
        const inner = tf.relu(norm1(conv1(x, statistics), statistics));
        const residual = norm2(conv2(inner, statistics), statistics);
        const picked = stride === 1 ? x : tf.avgPool(x, 1, stride, 'valid');
        const shortcut = half === 0 ? picked : tf.pad(picked, [[0, 0], [0, 0], [0, 0], [half, half]]); // prettier-ignore
        return tf.relu(tf.add(residual, shortcut));
      });
      inputs = outputs;
    }
  }
  const kernel = make([inputs, classes], 0.1) as Tensor as Tensor2D;
  const bias = make([classes], 0);
  const optimizer = tf.train.momentum(0.1, 0.9);

  return {
    async step(images, targets) {
      const statistics: [Variable, Tensor][] = [];
      const loss = optimizer.minimize(() => {
        const low = tf.relu(stem[1](stem[0](images, statistics), statistics));
        const high = residuals.reduce((x, residual) => residual(x, statistics), low);
        const logits = tf.add(tf.matMul(tf.mean(high, [1, 2]) as Tensor2D, kernel), bias);
        return tf.losses.softmaxCrossEntropy(targets, logits) as Scalar;
      }, true)!;
      tf.tidy(() => {
        for (const [running, batch] of statistics) {
          running.assign(tf.add(tf.mul(running, 0.9), tf.mul(batch, 0.1)));
          batch.dispose();
        }
      });
      const [value] = await loss.data();
      loss.dispose();
      return value;
    },
    dispose() {
      optimizer.dispose();
      for (const variable of variables) variable.dispose();
    },
  };
}
