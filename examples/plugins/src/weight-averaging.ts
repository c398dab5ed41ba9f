import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, EVALUATION_WEIGHTS, OPTIMIZER, zeros } from '@evenkeel/trainer-core';
import type { OptimizerDefinition, TrainerPlugin } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** Options of stochastic weight averaging. */
export interface WeightAveragingOptions {
  /** Steps before the first weights are taken in: where the learning rate has become small, or constant. */
  readonly from: number;
  /** Takes in the weights of every so many steps, once an epoch as a rule; default 1. */
  readonly every?: number;
}

/** The options of `weightAveraging`. */
export const weightAveragingOptions = defineOptions('weightAveraging', errors.BAD_OPTION, {
  from: whole(1),
  every: whole(1).default(1),
} satisfies SpecOf<WeightAveragingOptions>);

/**
 * Stochastic weight averaging: evaluates with the mean of the weights after step `from`, `from + every`, … Until then it
 * evaluates with the weights themselves. Means and counters are variables of the optimizer, so that every checkpoint has
 * them; the trained weights are never touched. Throws `EXAMPLE_BAD_OPTION`. Source: Izmailov et al., "Averaging Weights
 * Leads to Wider Optima and Better Generalization", UAI 2018, Algorithm 1.
 *
 * @example
 * createTrainer({ data, model, plugins: [weightAveraging({ from: 1600, every: 100 })] });
 */
export function weightAveraging(options: WeightAveragingOptions): TrainerPlugin {
  const { from, every } = weightAveragingOptions.read(options);
  return definePlugin({
    name: 'example-weight-averaging',
    version: '1.0.0',
    api: '^2.0',
    description: `evaluates with the mean of the weights after step ${from} and every ${every} steps more`,
    setup({ roles }) {
      const means = new Map<Variable, Variable>();
      roles.decorate(OPTIMIZER, (inner) => withMeans(inner, means, from, every));
      roles.provide(EVALUATION_WEIGHTS, { name: 'stochastic weight averaging', substitutes: () => means });
    },
  });
}

/** The inner optimizer, followed by one step of the means; `means` is filled when it is built. */
function withMeans(
  inner: OptimizerDefinition,
  means: Map<Variable, Variable>,
  from: number,
  every: number,
): OptimizerDefinition {
  return {
    name: `${inner.name} + weight averaging`,
    settings: { from, every },
    build(scope, weights) {
      const optimizer = inner.build(scope, weights);
      const own = scope.child('weight-averaging');
      means.clear();
      for (const { name, variable } of weights) {
        const mean = own.statistic(name, variable.shape, zeros());
        mean.assign(variable);
        means.set(variable, mean);
      }
      const steps = own.statistic('steps', [], zeros());
      return {
        apply(gradients, context) {
          optimizer.apply(gradients, context);
          // Arithmetic instead of branches: a recorded step runs the same operations every time.
          const done = tf.add(steps, 1);
          const since = tf.sub(done, from);
          const taken = tf.floor(tf.div(since, every)); // means taken in before this one
          const due = tf.cast(tf.equal(tf.mul(taken, every), since), 'float32');
          const begun = tf.cast(tf.greaterEqual(since, 0), 'float32');
          // Before the beginning the mean follows the weights; afterwards it moves by 1/(n + 1) where a step is due.
          const share = tf.where(
            tf.cast(begun, 'bool'),
            tf.div(due, tf.add(tf.relu(taken), 1)),
            tf.onesLike(due),
          );
          context.update(steps, done);
          for (const [weight, mean] of means) {
            context.update(mean, tf.add(mean, tf.mul(tf.sub(context.next(weight), mean), share)));
          }
        },
      };
    },
  };
}
