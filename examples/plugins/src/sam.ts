import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, GRADIENTS } from '@evenkeel/trainer-core';
import type { Gradients, TrainerPlugin, VariableInfo } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** Options of sharpness-aware minimisation. */
export interface SamOptions {
  /** How far the weights climb before the gradient is taken, 0 or more; default 0.05. */
  readonly rho?: number;
}

/** The options of `sam`. */
export const samOptions = defineOptions('sam', errors.BAD_OPTION, {
  rho: number({ min: 0 }).default(0.05),
} satisfies SpecOf<SamOptions>);

/**
 * Sharpness-aware minimisation: the gradient is taken where the loss is about to be highest within `rho` of the weights. Each
 * step evaluates twice. Loss, running statistics and logged numbers are those of the weights themselves. With `rho` 0 it does
 * nothing. Throws `EXAMPLE_BAD_OPTION`. Source: Foret et al., "Sharpness-Aware Minimization for Efficiently Improving
 * Generalization", ICLR 2021, Algorithm 1.
 *
 * @example
 * createTrainer({ data, model, plugins: [sam({ rho: 0.05 })], microBatch: 64 });
 */
export function sam(options: SamOptions = {}): TrainerPlugin {
  const { rho } = samOptions.read(options);
  return definePlugin({
    name: 'example-sam',
    version: '1.0.0',
    api: '^2.0',
    order: 'post', // outermost: both evaluations may be made of parts
    description: `takes gradients ${rho} uphill`,
    setup({ roles }) {
      if (rho === 0) return;
      roles.decorate(GRADIENTS, (inner) => ({
        name: `sam (rho ${rho}) of ${inner.name}`,
        compute(evaluate, context) {
          const here = inner.compute(evaluate, context);
          const weights = uphill(here.gradients, rho);
          const above = inner.compute(
            (at) => evaluate({ ...at, weights, after: at?.after ?? here }),
            context,
          );
          return { ...here, gradients: above.gradients };
        },
      }));
    },
  });
}

/** The weights moved by `rho` along the gradient: w + rho·g / ‖g‖, the norm over all of them. */
export function uphill(gradients: Gradients, rho: number): ReadonlyMap<VariableInfo, Tensor> {
  if (gradients.size === 0) return new Map();
  const squares = Array.from(gradients.values(), (gradient) => tf.sum<Scalar>(tf.square(gradient)));
  const scale = tf.div(rho, tf.add(tf.sqrt(tf.addN(squares)), 1e-12));
  return new Map(
    Array.from(gradients, ([info, gradient]) => [info, tf.add(info.variable, tf.mul(gradient, scale))]),
  );
}
