import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { VariableInfo } from '../../contract/layers.js';
import type { OptimizerDefinition } from '../../contract/step.js';
import { zeros } from '../initializers/initializers.js';
import { optionErrors } from '../../errors/option-errors.js';
import { withWeightDecay } from './weight-decay.js';

/** How Adam and AdamW move the weights. */
export interface AdamOptions {
  /** Decay of the mean gradient, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean squared gradient, in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square, > 0; default 1e-8. */
  readonly epsilon?: number;
  /** λ ≥ 0; default 0 for `adam` and 0.01 for `adamW`. Weights made with `decay: false` are left out. */
  readonly weightDecay?: number;
}

/** What Adam keeps for one weight. */
interface Slots {
  /** Mean gradient m. */
  readonly mean: Variable;
  /** Mean squared gradient v. */
  readonly square: Variable;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ after t updates of this weight. */
  readonly correction1: Variable;
  readonly correction2: Variable;
}

const adamSpec = {
  beta1: number({ min: 0, below: 1 }).default(0.9),
  beta2: number({ min: 0, below: 1 }).default(0.999),
  epsilon: number({ above: 0 }).default(1e-8),
  weightDecay: number({ min: 0 }).default(0),
} satisfies SpecOf<AdamOptions>;

/** The options of `adam`. */
export const adamOptions = defineOptions('adam', optionErrors.BAD_VALUE, adamSpec);

/** The options of `adamW`. */
export const adamWOptions = defineOptions('adamW', optionErrors.BAD_VALUE, {
  ...adamSpec,
  weightDecay: number({ min: 0 }).default(0.01),
} satisfies SpecOf<AdamOptions>);

/**
 * Adam with weight decay added to the gradient, by PyTorch's rule (torch.optim.Adam; Kingma and Ba, 2015): g ← g + λ·w,
 * m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², w ← w − lr·m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
 * t counts the updates of each weight by itself, so one that is trained only now and then is corrected as it should be.
 * Throws TRAINER_OPTION_BAD_VALUE.
 */
export function adam(options: AdamOptions = {}): OptimizerDefinition {
  return adaptive('adam', adamOptions.read(options), false);
}

/**
 * Adam with decoupled weight decay, by PyTorch's rule (torch.optim.AdamW; Loshchilov and Hutter, 2019): w ← w·(1 − lr·λ),
 * then the step of `adam` on the plain gradient. Throws TRAINER_OPTION_BAD_VALUE.
 */
export function adamW(options: AdamOptions = {}): OptimizerDefinition {
  return adaptive('adamW', adamWOptions.read(options), true);
}

function adaptive(
  name: string,
  { beta1, beta2, epsilon, weightDecay }: Required<AdamOptions>,
  decoupled: boolean,
): OptimizerDefinition {
  return {
    name,
    settings: { beta1, beta2, epsilon, weightDecay },
    build(scope, weights) {
      const slots = new Map<VariableInfo, Slots>();
      for (const weight of weights) {
        const slot = (kind: string, shape: readonly number[]) =>
          scope.statistic(`${weight.name}/${kind}`, shape, zeros());
        slots.set(weight, {
          mean: slot('mean', weight.variable.shape),
          square: slot('square', weight.variable.shape),
          correction1: slot('correction1', []),
          correction2: slot('correction2', []),
        });
      }
      return {
        apply(gradients, { learningRate, update }) {
          for (const [weight, raw] of gradients) {
            const slot = slots.get(weight) as Slots;
            const gradient = decoupled ? raw : withWeightDecay(raw, weight, weightDecay);
            const mean = average(slot.mean, gradient, beta1);
            const square = average(slot.square, tf.square(gradient), beta2);
            // 1 − βᵗ is the same running average of ones: exact in float32 where a power near 1 would cancel.
            const correction1 = average(slot.correction1, tf.scalar(1), beta1);
            const correction2 = average(slot.correction2, tf.scalar(1), beta2);
            update(slot.mean, mean);
            update(slot.square, square);
            update(slot.correction1, correction1);
            update(slot.correction2, correction2);

            const rate = tf.div(learningRate, correction1);
            const scale = tf.add(tf.div(tf.sqrt(square), tf.sqrt(correction2)), epsilon);
            const kept = decoupled ? decayed(weight, learningRate, weightDecay) : weight.variable;
            update(weight.variable, tf.sub(kept, tf.mul(tf.div(mean, scale), rate)));
          }
        },
      };
    },
  };
}

/** β·average + (1 − β)·value. */
function average(previous: Tensor, value: Tensor, beta: number): Tensor {
  return tf.add(tf.mul(previous, beta), tf.mul(value, 1 - beta));
}

/** w·(1 − lr·λ), or w itself where weight decay does not apply. */
function decayed(weight: VariableInfo, learningRate: Scalar, weightDecay: number): Tensor {
  if (weightDecay === 0 || !weight.decay) return weight.variable;
  return tf.mul(weight.variable, tf.sub(1, tf.mul(learningRate, weightDecay)));
}
