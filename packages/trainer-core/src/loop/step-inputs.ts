import * as tf from '@tensorflow/tfjs-core';
import type { Dataset, HostBatch } from '../contract/dataset.js';
import type { Position } from '../contract/events.js';
import type { Sampler } from '../contract/sampler.js';
import { createRandom } from '../random/random-stream.js';
import { normalised } from '../sampling/class-index.js';
import type { StepInputs } from './training-step.js';

/** What the inputs of every step are made from. */
export interface StepSources {
  readonly dataset: Dataset;
  readonly sampler: Sampler;
  readonly seed: number;
}

/** The tensors of one step, in the caller's tidy; what is drawn depends on seed, purpose and position only. */
export function stepInputs(
  { dataset, sampler, seed }: StepSources,
  batch: HostBatch,
  { epoch, epochs, step }: Position & { readonly epochs: number },
  learningRate: number,
): StepInputs {
  const size = batch.labels.length;
  const classes = dataset.classNames.length;
  const draws = new Map<string, number>();
  return {
    images: tf.tensor(batch.images, [size, ...dataset.train.exampleShape]),
    labels: tf.tensor1d(batch.labels, 'int32'),
    targets: tf.tensor2d(batch.targets ?? oneHot(batch.labels, classes), [size, classes]),
    classPrior: tf.tensor1d(Float32Array.from(sampler.classPrior(batch.tag, epoch))),
    datasetPrior: tf.tensor1d(Float32Array.from(normalised(dataset.classCounts))),
    classCounts: tf.tensor1d(Float32Array.from(dataset.classCounts)),
    epoch: tf.scalar(epoch),
    epochs: tf.scalar(epochs),
    step: tf.scalar(step),
    learningRate: tf.scalar(learningRate),
    uniform: (purpose, shape) => {
      const draw = draws.get(purpose) ?? 0;
      draws.set(purpose, draw + 1);
      const random = createRandom(seed, 'uniform', purpose, draw, step);
      const length = shape.reduce((product, axis) => product * axis, 1);
      // 24 bits: every value is exact in float32, and none rounds to 1.
      const values = Float32Array.from({ length }, () => (random.uint32() >>> 8) / 0x100_0000);
      return tf.tensor(values, [...shape]);
    },
  };
}

/** One-hot rows `[labels, classes]`. */
function oneHot(labels: Int32Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    rows[row * classes + label] = 1;
  });
  return rows;
}
