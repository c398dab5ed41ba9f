import { defineOptions, having, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { AUXILIARY_LOSSES, definePlugin } from '@evenkeel/trainer-core';
import type { PredictingNetwork, TrainerPlugin } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** A network that is asked for logits: one that `trainer.withNetwork` lends. */
export type Teacher = Pick<PredictingNetwork, 'features' | 'logits'>;

/** Options of distillation. */
export interface DistillationOptions {
  /** The network to learn from; it is never changed. */
  readonly teacher: Teacher;
  /** What both networks' logits are divided by, above 0; default 2. */
  readonly temperature?: number;
  /** Factor of the term beside the loss, 0 or more; default 1. */
  readonly weight?: number;
}

/** The options of `distillation`. */
export const distillationOptions = defineOptions('distillation', errors.BAD_OPTION, {
  teacher: having<Teacher>('a network', 'features', 'logits'),
  temperature: number({ above: 0 }).default(2),
  weight: number({ min: 0 }).default(1),
} satisfies SpecOf<DistillationOptions>);

/**
 * Knowledge distillation: beside its own loss the network learns the probabilities that a trained one gives to the same inputs.
 * With `weight` 0 it does nothing. Throws `EXAMPLE_BAD_OPTION`. Source: Hinton, Vinyals and Dean, "Distilling the Knowledge in a
 * Neural Network", 2015.
 *
 * @example
 * await teacher.withNetwork(async (network) => {
 *   const student = createTrainer({ data, model, plugins: [distillation({ teacher: network })] });
 *   await student.fit({ epochs: 200 });
 * });
 */
export function distillation(options: DistillationOptions): TrainerPlugin {
  const { teacher, temperature, weight } = distillationOptions.read(options);
  return definePlugin({
    name: 'example-distillation',
    version: '1.0.0',
    api: '^2.0',
    task: 'classification',
    description: `learns from another network's probabilities at temperature ${temperature}, weight ${weight}`,
    setup({ roles }) {
      if (weight === 0) return;
      roles.contribute(AUXILIARY_LOSSES, {
        name: `distillation (temperature ${temperature}, weight ${weight})`,
        build: () => ({
          loss({ inputs, logits }) {
            const taught = teacher.logits(teacher.features(inputs));
            return tf.mul<Scalar>(weight, divergence(taught, logits, temperature));
          },
        }),
      });
    },
  });
}

/** T²·mean over rows of KL(softmax(taught / T) ‖ softmax(logits / T)): its gradient is of the same size at every temperature T. */
export function divergence(taught: Tensor2D, logits: Tensor2D, temperature: number): Scalar {
  const [wanted, given] = [taught, logits].map((each) => tf.logSoftmax(tf.div(each, temperature)));
  const rows = tf.sum(tf.mul(tf.exp(wanted), tf.sub(wanted, given)), 1);
  return tf.mul<Scalar>(temperature ** 2, tf.mean(rows));
}
