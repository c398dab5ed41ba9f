import * as tf from '@tensorflow/tfjs-core';
import type {
  NamedTensorMap,
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor4D,
  Variable,
} from '@tensorflow/tfjs-core';
import { batchNormTraining, relu, softmaxCrossEntropy } from '@evenkeel/tfjs-runtime';
import type { Draw } from './step.js';
import { whitened } from './whitened.fixture.js';

const BATCH = 6;
const CLASSES = 3;

/** A training step and the variables that it moves. */
export interface SmallNet {
  readonly variables: readonly Variable[];
  readonly step: (inputs: NamedTensorMap, draw: Draw) => { loss: Scalar; norm: Scalar };
}

/** Convolution, batch norm with running mean, ReLU, dropout, whitening, dense; SGD with momentum, decay and clipping. */
export function smallNet(): SmallNet {
  const variables: Variable[] = [];
  const make = (values: Tensor): Variable => {
    const variable = tf.variable(values);
    values.dispose();
    variables.push(variable);
    return variable;
  };
  const kernel = make(tf.randomNormal([3, 3, 2, 4], 0, 0.3, 'float32', 11));
  const gamma = make(tf.ones([4]));
  const beta = make(tf.zeros([4]));
  const dense = make(tf.randomNormal([4, CLASSES], 0, 0.5, 'float32', 12));
  const weights = [...variables];
  const momenta = weights.map((weight) => make(tf.zerosLike(weight as Tensor)));
  const mean = make(tf.zeros([4]));

  const step: SmallNet['step'] = ({ images, targets, learningRate }, draw) => {
    let batchMean: Tensor1D | undefined;
    const { value: loss, grads } = tf.variableGrads(() => {
      const convolved = tf.conv2d(images as Tensor4D, kernel as unknown as Tensor4D, 1, 'same');
      const normed = batchNormTraining(
        convolved,
        gamma as Variable as Tensor1D,
        beta as Variable as Tensor1D,
        1e-5,
      );
      batchMean = tf.keep(normed.mean);
      const pooled = tf.mean(relu(normed.output), [1, 2]);
      const kept = tf.div(
        tf.mul(pooled, tf.cast(tf.greater(draw('dropout', pooled.shape), 0.2), 'float32')),
        0.8,
      );
      const logits = tf.matMul(whitened(kept as Tensor2D), dense as unknown as Tensor2D);
      return tf.mean(softmaxCrossEntropy(logits as Tensor2D, targets as Tensor2D)) as Scalar;
    }, weights);
    const norm = tf.sqrt(tf.addN(weights.map(({ name }) => tf.sum(tf.square(grads[name]))))) as Scalar;
    const scale = tf.minimum(1, tf.div(0.7, norm));
    weights.forEach((weight, at) => {
      const gradient = tf.add(tf.mul(grads[weight.name], scale), tf.mul(weight, 5e-4));
      const velocity = tf.add(tf.mul(momenta[at], 0.9), gradient);
      momenta[at].assign(velocity);
      weight.assign(tf.sub(weight, tf.mul(learningRate, velocity)));
    });
    mean.assign(tf.add(tf.mul(mean, 0.9), tf.div(batchMean!, 10)));
    batchMean!.dispose();
    return { loss, norm };
  };
  return { variables, step };
}

/** Inputs of call number `seed`. */
export function smallBatch(seed: number): NamedTensorMap {
  const labels = tf.tidy(() => tf.randomUniform([BATCH], 0, CLASSES, 'int32', seed + 1));
  const targets = tf.tidy(() => tf.cast(tf.oneHot(labels, CLASSES), 'float32'));
  const images = tf.randomNormal([BATCH, 5, 5, 2], 0, 1, 'float32', seed + 1);
  return { images, labels, targets, learningRate: tf.scalar(0.5 / (1 + seed)) };
}
