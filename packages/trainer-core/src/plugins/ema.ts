import { defineOptions, flag, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import { version } from '../contract/version.js';
import type { Variable } from '@tensorflow/tfjs-core';
import { EVALUATION_WEIGHTS, OPTIMIZER } from '../roles/core-roles.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import type { OptimizerDefinition } from '../contract/step.js';
import { zeros } from '../parts/initializers/initializers.js';
import { optionErrors } from '../errors/option-errors.js';

/** How weights are averaged. */
export interface ExponentialMovingAverageOptions {
  /** d in [0, 1): how much of the average stays at each step; default 0.999. */
  readonly decay?: number;
  /** Uses min(d, (1 + t)/(10 + t)) after t earlier steps, so that the start is soon forgotten; default true. */
  readonly warmup?: boolean;
}

/** The options of `exponentialMovingAverage`. */
export const movingAverageOptions = defineOptions('exponentialMovingAverage', optionErrors.BAD_VALUE, {
  decay: number({ min: 0, below: 1 }).default(0.999),
  warmup: flag().default(true),
} satisfies SpecOf<ExponentialMovingAverageOptions>);

/**
 * Evaluates with an exponential moving average of the weights: a ← d·a + (1 − d)·w after every step, from a = w at the
 * start. Averages and step count are variables of the optimizer, so they are in every checkpoint; the trained weights
 * themselves are never touched. Running statistics of normalisation layers are taken as they are: they are averages
 * already. Warm-up as in TensorFlow's `ExponentialMovingAverage(num_updates)`. Throws TRAINER_OPTION_BAD_VALUE.
 */
export function exponentialMovingAverage(options: ExponentialMovingAverageOptions = {}): TrainerPlugin {
  const { decay, warmup } = movingAverageOptions.read(options);
  return definePlugin({
    name: '@evenkeel/trainer-core/ema',
    version,
    api: '^2.0',
    description: `evaluates with weights averaged by a decay of ${decay}${warmup ? ', after a warm-up' : ''}`,
    setup({ roles }) {
      const averages = new Map<Variable, Variable>();
      roles.decorate(OPTIMIZER, (inner) => averaged(inner, averages, decay, warmup));
      roles.provide(EVALUATION_WEIGHTS, { name: 'moving average', substitutes: () => averages });
    },
  });
}

/** The inner optimizer, followed by one step of the averages; `averages` is filled when it is built. */
function averaged(
  inner: OptimizerDefinition,
  averages: Map<Variable, Variable>,
  decay: number,
  warmup: boolean,
): OptimizerDefinition {
  return {
    name: `${inner.name} + moving average`,
    settings: { decay, warmup },
    build(scope, weights) {
      const optimizer = inner.build(scope, weights);
      const own = scope.child('ema');
      averages.clear();
      for (const { name, variable } of weights) {
        const average = own.statistic(name, variable.shape, zeros());
        average.assign(variable);
        averages.set(variable, average);
      }
      const steps = warmup ? own.statistic('steps', [], zeros()) : undefined;
      return {
        apply(gradients, context) {
          optimizer.apply(gradients, context);
          let share: tf.Tensor | number = 1 - decay;
          if (steps !== undefined) {
            // 1 − min(d, (1 + t)/(10 + t)) = max(1 − d, 9/(10 + t))
            share = tf.maximum(share, tf.div(9, tf.add(steps, 10)));
            context.update(steps, tf.add(steps, 1));
          }
          for (const [weight, average] of averages) {
            const change = tf.mul(tf.sub(context.next(weight), average), share);
            context.update(average, tf.add(average, change));
          }
        },
      };
    },
  };
}
