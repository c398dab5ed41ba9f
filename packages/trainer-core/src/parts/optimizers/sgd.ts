import { defineOptions, flag, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { VariableInfo } from '../../contract/layers.js';
import type { OptimizerDefinition } from '../../contract/step.js';
import { zeros } from '../initializers/initializers.js';
import { optionErrors } from '../../errors/option-errors.js';
import { withWeightDecay } from './weight-decay.js';

/** How SGD moves the weights. */
export interface SgdOptions {
  /** μ in [0, 1); default 0, which keeps no momenta at all. */
  readonly momentum?: number;
  /** Looks ahead along the momentum; default false. Needs `momentum` > 0. */
  readonly nesterov?: boolean;
  /** λ ≥ 0, added to the gradient as λ·w; default 0. Weights made with `decay: false` are left out. */
  readonly weightDecay?: number;
}

/** A kernel that gives weight and velocity of one descent with momentum, where a backend has it. */
const KERNEL = 'EvenkeelDescend';

/** The options of `sgd`. */
export const sgdOptions = defineOptions('sgd', optionErrors.BAD_VALUE, {
  momentum: number({ min: 0, below: 1 }).default(0),
  nesterov: flag().default(false),
  weightDecay: number({ min: 0 }).default(0),
} satisfies SpecOf<SgdOptions>);

/**
 * Stochastic gradient descent with momentum and weight decay, by PyTorch's rule (torch.optim.SGD, dampening 0):
 * g ← g + λ·w, v ← μ·v + g with v = 0 at first, then w ← w − lr·v, or w ← w − lr·(g + μ·v) with Nesterov.
 * The learning rate is outside the momentum, so a change of it acts at once. Throws TRAINER_OPTION_BAD_VALUE.
 */
export function sgd(options: SgdOptions = {}): OptimizerDefinition {
  const { momentum, nesterov, weightDecay } = sgdOptions.read(options);
  if (nesterov && momentum === 0) {
    throw sgdOptions.refuse('momentum', "a number in (0, 1) beside 'nesterov'", momentum);
  }
  return {
    name: 'sgd',
    settings: { momentum, nesterov, weightDecay },
    build(scope, weights) {
      const slots = new Map<VariableInfo, Variable>();
      if (momentum > 0) {
        for (const weight of weights) {
          slots.set(weight, scope.statistic(`${weight.name}/momentum`, weight.variable.shape, zeros()));
        }
      }
      return {
        apply(gradients, { learningRate, update }) {
          const atOnce = !nesterov && tf.getKernel(KERNEL, tf.getBackend()) !== undefined;
          for (const [weight, gradient] of gradients) {
            const slot = slots.get(weight);
            if (atOnce && slot !== undefined) {
              const [next, velocity] = tf
                .engine()
                .runKernel<Tensor[]>(
                  KERNEL,
                  { weight: weight.variable, gradient, velocity: slot, learningRate },
                  { momentum, decay: weight.decay ? weightDecay : 0 },
                );
              update(slot, velocity);
              update(weight.variable, next);
              continue;
            }
            let direction: Tensor = withWeightDecay(gradient, weight, weightDecay);
            if (slot !== undefined) {
              const velocity = tf.add(tf.mul(slot, momentum), direction);
              update(slot, velocity);
              direction = nesterov ? tf.add(direction, tf.mul(velocity, momentum)) : velocity;
            }
            update(weight.variable, tf.sub(weight.variable, tf.mul(direction, learningRate)));
          }
        },
      };
    },
  };
}
