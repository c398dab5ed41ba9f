import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, OPTIMIZER, zeros } from '@evenkeel/trainer-core';
import type { OptimizerDefinition, TrainerPlugin, VariableInfo } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** Options of accumulation over batches. */
export interface AccumulationOptions {
  /** The optimizer moves after every so many batches, 1 or more. */
  readonly batches: number;
}

/** The options of `accumulation`. */
export const accumulationOptions = defineOptions('accumulation', errors.BAD_OPTION, {
  batches: whole(1),
} satisfies SpecOf<AccumulationOptions>);

/**
 * The optimizer moves after every `batches` batches, by the mean of their gradients; learning rate and statistics are those of
 * each batch. For large batches in little memory rather use `microBatch`, for which a batch stays a batch. With 1 it does
 * nothing. Throws `EXAMPLE_BAD_OPTION`.
 *
 * @example
 * createTrainer({ data, model, batchSize: 32, plugins: [accumulation({ batches: 4 })] });
 */
export function accumulation(options: AccumulationOptions): TrainerPlugin {
  const { batches } = accumulationOptions.read(options);
  return definePlugin({
    name: 'example-accumulation',
    version: '1.0.0',
    api: '^2.0',
    description: `moves every ${batches} batches`,
    setup({ roles }) {
      if (batches > 1) roles.decorate(OPTIMIZER, (inner) => accumulating(inner, batches));
    },
  });
}

function accumulating(inner: OptimizerDefinition, batches: number): OptimizerDefinition {
  return {
    name: `${inner.name}, every ${batches} batches`,
    build(scope, weights) {
      const optimizer = inner.build(scope, weights);
      const own = scope.child('accumulation');
      const sums = new Map<VariableInfo, Variable>(
        weights.map((info) => [info, own.statistic(info.name, info.variable.shape, zeros())]),
      );
      const count = own.statistic('count', [], zeros());
      return {
        apply(gradients, context) {
          const counted = tf.add(count, 1);
          // Arithmetic instead of branches: a recorded step runs the same operations every time.
          const due = tf.greaterEqual(counted, batches);
          const means = new Map<VariableInfo, Tensor>();
          for (const [info, gradient] of gradients) {
            const sum = sums.get(info)!;
            const mean = tf.add(sum, tf.div(gradient, batches));
            means.set(info, mean);
            context.update(sum, tf.where(due, tf.zerosLike(mean), mean));
          }
          const asked = new Map<Variable, Tensor>();
          optimizer.apply(means, {
            ...context,
            update: (variable, value) => void asked.set(variable, value),
            next: (variable) => asked.get(variable) ?? variable,
          });
          for (const [variable, value] of asked) context.update(variable, tf.where(due, value, variable));
          context.update(count, tf.where(due, tf.scalar(0), counted));
        },
      };
    },
  };
}
