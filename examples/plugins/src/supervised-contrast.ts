import { defineOptions, number, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { AUXILIARY_LOSSES, definePlugin, heNormal, SAMPLER, zeros } from '@evenkeel/trainer-core';
import type { ClassificationContext, TrainerPlugin, VariableScope } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';
import { twoViews } from './two-views.js';

/** Options of the supervised contrastive loss. */
export interface SupervisedContrastOptions {
  /** Factor of the term beside the loss, 0 or more; default 1. */
  readonly weight?: number;
  /** What similarities are divided by, above 0; default 0.1. */
  readonly temperature?: number;
  /** Width of the projection, 1 or more; default 128. */
  readonly size?: number;
}

/** The options of `supervisedContrast`. */
export const supervisedContrastOptions = defineOptions('supervisedContrast', errors.BAD_OPTION, {
  weight: number({ min: 0 }).default(1),
  temperature: number({ above: 0 }).default(0.1),
  size: whole(1).default(128),
} satisfies SpecOf<SupervisedContrastOptions>);

/**
 * Supervised contrastive loss beside the classification loss: a batch holds two views of each of half as many images (`twoViews`),
 * a small head, which is no part of the network that is exported, projects their features, and projections of one class attract
 * each other. It compares the rows of one evaluation: with micro-batches, those of a part. With `weight` 0 it does nothing.
 * Throws `EXAMPLE_BAD_OPTION`, and `EXAMPLE_ODD_BATCH` when the run begins. Source: Khosla et al., "Supervised Contrastive
 * Learning", NeurIPS 2020, equation (2).
 *
 * @example
 * createTrainer({ data, model, batchSize: 256, plugins: [supervisedContrast({ weight: 0.5 })] });
 */
export function supervisedContrast(options: SupervisedContrastOptions = {}): TrainerPlugin {
  const { weight, temperature, size } = supervisedContrastOptions.read(options);
  return definePlugin({
    name: 'example-supervised-contrast',
    version: '1.0.0',
    api: '^2.0',
    task: 'classification',
    description: `two views of each image; supervised contrastive loss, weight ${weight}`,
    setup({ roles }) {
      if (weight === 0) return;
      roles.decorate(SAMPLER, twoViews);
      roles.contribute(AUXILIARY_LOSSES, {
        name: 'supervised-contrast',
        settings: { weight, temperature, size },
        build(scope, { features }) {
          const project = projectionHead(scope, features, size);
          return {
            loss({ features: seen }, { labels, log }: ClassificationContext) {
              const contrast = contrastiveLoss(project(seen), labels, temperature);
              log('contrast', contrast);
              return tf.mul<Scalar>(weight, contrast);
            },
          };
        },
      });
    },
  });
}

/** Features `[rows, features]` through a hidden layer of the same width to unit vectors `[rows, size]`. */
function projectionHead(
  scope: VariableScope,
  features: number,
  size: number,
): (features: Tensor2D) => Tensor2D {
  const matrix = (name: string, shape: [number, number]) =>
    scope.weight(name, shape, heNormal()) as Tensor as Tensor2D;
  const hidden = matrix('hidden', [features, features]);
  const bias = scope.weight('bias', [features], zeros(), { decay: false });
  const output = matrix('output', [features, size]);
  return (seen) => unitRows(tf.matMul(tf.relu(tf.add<Tensor2D>(tf.matMul(seen, hidden), bias)), output));
}

/** Rows divided by their length. */
export function unitRows(rows: Tensor2D): Tensor2D {
  return tf.div(rows, tf.sqrt(tf.add(tf.sum(tf.square(rows), 1, true), 1e-12)));
}

/**
 * Mean over rows i of −1/|P(i)| Σ over p in P(i) of log(e^(z_i·z_p / T) / Σ over a ≠ i of e^(z_i·z_a / T)), where P(i) are the other
 * rows of i's label. `z` are unit vectors `[rows, size]`; a row without another one of its label counts 0.
 */
export function contrastiveLoss(z: Tensor2D, labels: Tensor1D, temperature: number): Scalar {
  const [rows] = z.shape;
  const similarity = tf.div<Tensor2D>(tf.matMul(z, z, false, true), temperature);
  const self = tf.eye(rows);
  // The highest similarity is that of a row with itself, 1 / T.
  const shifted = tf.sub(similarity, 1 / temperature);
  const all = tf.log(tf.sum(tf.mul(tf.exp(shifted), tf.sub(1, self)), 1, true));
  const alike = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)), 'float32');
  const partners = tf.sub(alike, self);
  const counts = tf.maximum(tf.sum(partners, 1), 1);
  return tf.neg(tf.mean<Scalar>(tf.div(tf.sum(tf.mul(partners, tf.sub(shifted, all)), 1), counts)));
}
