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
import { batchNormTraining, conv2d, relu, softmaxCrossEntropy } from '@evenkeel/tfjs-runtime';
import { numbers } from './numbers.fixture.js';
import { whitened } from './whitened.fixture.js';

const BATCH = 64;
const SIZE = 8;
const CLASSES = 4;

/** The loss of a small residual network for a batch, and its gradients by the names of the weights. */
export interface ResidualNet {
  readonly weights: Readonly<Record<string, Variable>>;
  /** Loss, and gradient of every weight under the weight's name. */
  readonly gradients: (inputs: NamedTensorMap) => NamedTensorMap;
  /** The same, and moves the weights by momentum. */
  readonly train: (inputs: NamedTensorMap) => { loss: Scalar };
  /** Weights and momenta. */
  readonly variables: readonly Variable[];
}

/**
 * A stem, a residual block, a block of stride 2 whose shortcut is pooled and padded, a mean, whitening (or none) and a classifier;
 * convolutions are ours where there are such, or TensorFlow's.
 */
export function residualNet({ whiten = true, own = true } = {}): ResidualNet {
  const weights: Record<string, Variable> = {};
  const make = (name: string, shape: number[], scale: number, offset = 0): void => {
    const values = numbers(
      shape.reduce((a, b) => a * b),
      Object.keys(weights).length + 1,
    );
    weights[name] = tf.tidy(() =>
      tf.variable(
        tf.tensor(
          values.map((value) => offset + scale * value),
          shape,
        ),
      ),
    );
  };
  const block = (name: string, inputs: number, outputs: number): void => {
    make(name, [3, 3, inputs, outputs], Math.sqrt(6 / (9 * inputs)));
    make(`${name}/gamma`, [outputs], 0.3, 1);
    make(`${name}/beta`, [outputs], 0.3);
  };
  block('stem', 3, 16);
  block('a1', 16, 16);
  block('a2', 16, 16);
  block('b1', 16, 32);
  block('b2', 32, 32);
  make('dense', [32, CLASSES], 0.5);
  const momenta = Object.values(weights).map((weight) =>
    tf.tidy(() => tf.variable(tf.zerosLike(weight as Tensor))),
  );

  const of = <T extends Tensor>(name: string): T => weights[name] as Tensor as T;
  const normed = (name: string, x: Tensor4D, stride = 1): Tensor4D => {
    const kernel = of<Tensor4D>(name);
    const y = own ? conv2d(x, kernel, stride) : tf.conv2d<Tensor4D>(x, kernel, stride, 'same');
    return batchNormTraining(y, of<Tensor1D>(`${name}/gamma`), of<Tensor1D>(`${name}/beta`), 1e-5).output;
  };
  const lossOf = ({ images, targets }: NamedTensorMap): Scalar => {
    const low = relu(normed('stem', images as Tensor4D));
    const first = relu(tf.add<Tensor4D>(normed('a2', relu(normed('a1', low))), low));
    const picked = tf.pad(tf.avgPool(first, 1, 2, 'valid'), [
      [0, 0],
      [0, 0],
      [0, 0],
      [8, 8],
    ]);
    const second = relu(tf.add(normed('b2', relu(normed('b1', first, 2))), picked));
    const pooled = tf.mean(second, [1, 2]) as Tensor2D;
    const features = whiten ? whitened(pooled) : pooled;
    return tf.mean(softmaxCrossEntropy(tf.matMul(features, of<Tensor2D>('dense')), targets as Tensor2D));
  };
  const gradients = (inputs: NamedTensorMap): NamedTensorMap => {
    const { value, grads } = tf.variableGrads(() => lossOf(inputs), Object.values(weights));
    const byName = Object.entries(weights).map(([name, { name: key }]) => [name, grads[key]] as const);
    return { loss: value, ...Object.fromEntries(byName) };
  };
  const train = (inputs: NamedTensorMap): { loss: Scalar } => {
    const { loss, ...all } = gradients(inputs);
    Object.entries(weights).forEach(([name, weight], at) => {
      const gradient = tf.add(all[name], tf.mul(weight, 2e-4));
      const velocity = tf.add(tf.mul(momenta[at], 0.9), gradient);
      momenta[at].assign(velocity);
      weight.assign(tf.sub(weight, tf.mul(velocity, 0.05)));
    });
    return { loss: loss as Scalar };
  };
  return { weights, gradients, train, variables: [...Object.values(weights), ...momenta] };
}

/** Images that show their class a little, and its targets; other ones for every `seed`. */
export function residualBatch(seed: number): { images: Tensor4D; targets: Tensor2D } {
  return tf.tidy(() => {
    const labels = Int32Array.from({ length: BATCH }, (_, at) => (at * 7 + seed) % CLASSES);
    const size = SIZE * SIZE * 3;
    const noise = numbers(BATCH * size, seed + 100);
    const images = noise.map(
      (value, at) => value + 0.5 * Math.sin((labels[Math.floor(at / size)] + 1) * (at % size)),
    );
    return {
      images: tf.tensor4d(images, [BATCH, SIZE, SIZE, 3]),
      targets: tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES), 'float32') as Tensor2D,
    };
  });
}
