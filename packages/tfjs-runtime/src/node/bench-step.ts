import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import { batchNormTraining } from '../ops/batch-norm.js';
import { conv2d } from '../ops/conv2d.js';
import { relu } from '../ops/relu.js';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.js';

/** A training step on the backend in use. */
export interface BenchStep {
  /** Images that a step trains on. */
  readonly images: number;
  /** Trains once; the loss, to be awaited and disposed of. */
  run(): Scalar;
  dispose(): void;
}

const [SIDE, CLASSES, BATCH] = [32, 10, 32];
const CHANNELS = [16, 32, 64];

/**
 * A step as training has it: 32 made images of 32×32×3, a stem and three strided blocks of convolution, batch normalisation and
 * ReLU, a classifier, cross-entropy, gradients of all weights, gradient descent. The images are the same everywhere.
 */
export function benchStep(): BenchStep {
  const kept: Tensor[] = [];
  const variables: Variable[] = [];
  const made = (shape: number[], scale: number, seed: number): Tensor =>
    tf.tidy(() => tf.mul(tf.randomNormal(shape, 0, 1, 'float32', seed), scale));
  const variable = (value: Tensor): Variable => {
    const created = tf.variable(value);
    value.dispose();
    variables.push(created);
    return created;
  };
  const x = made([BATCH, SIDE, SIDE, 3], 1, 1) as Tensor4D;
  const labels = tf.tidy(() =>
    tf.cast(
      tf.oneHot(
        tf.tensor1d(
          Array.from({ length: BATCH }, (_, at) => at % CLASSES),
          'int32',
        ),
        CLASSES,
      ),
      'float32',
    ),
  ) as Tensor2D;
  kept.push(x, labels);
  const layers = [3, ...CHANNELS].slice(0, -1).map((inputs, at) => ({
    filter: variable(made([3, 3, inputs, CHANNELS[at]], Math.sqrt(2 / (9 * inputs)), at + 2)),
    gamma: variable(tf.ones([CHANNELS[at]])),
    beta: variable(tf.zeros([CHANNELS[at]])),
    stride: at === 0 ? 1 : 2,
  }));
  const classifier = variable(made([CHANNELS[CHANNELS.length - 1], CLASSES], 0.1, 9));
  const loss = (): Scalar => {
    let features: Tensor4D = x;
    for (const { filter, gamma, beta, stride } of layers) {
      const y = conv2d(features, filter as Tensor as Tensor4D, stride);
      features = relu(batchNormTraining(y, gamma as never, beta as never, 1e-5).output) as Tensor4D;
    }
    const pooled = tf.mean(features, [1, 2]) as Tensor2D;
    return tf.mean(
      softmaxCrossEntropy(tf.matMul(pooled, classifier as Tensor as Tensor2D), labels),
    ) as Scalar;
  };
  return {
    images: BATCH,
    run: () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(loss, variables);
        for (const each of variables) each.assign(tf.sub(each, tf.mul(grads[each.name], 0.01)));
        return value;
      }),
    dispose: () => tf.dispose([...kept, ...variables]),
  };
}
