import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, GRADIENT_TRANSFORMS } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** Options of gradient noise. */
export interface GradientNoiseOptions {
  /** Variance of the noise in the first step, 0 or more; default 0.01. */
  readonly eta?: number;
  /** How fast the variance falls: it is eta / (1 + step)^gamma; 0 or more, default 0.55. */
  readonly gamma?: number;
}

/** The options of `gradientNoise`. */
export const gradientNoiseOptions = defineOptions('gradientNoise', errors.BAD_OPTION, {
  eta: number({ min: 0 }).default(0.01),
  gamma: number({ min: 0 }).default(0.55),
} satisfies SpecOf<GradientNoiseOptions>);

/**
 * Adds normal noise to every gradient, of a variance that falls over the run. With `eta` 0 it does nothing. Throws
 * `EXAMPLE_BAD_OPTION`. Source: Neelakantan et al., "Adding Gradient Noise Improves Learning for Very Deep Networks", 2015.
 *
 * @example
 * createTrainer({ data, model, plugins: [gradientNoise({ eta: 0.3 })] });
 */
export function gradientNoise(options: GradientNoiseOptions = {}): TrainerPlugin {
  const { eta, gamma } = gradientNoiseOptions.read(options);
  return definePlugin({
    name: 'example-gradient-noise',
    version: '1.0.0',
    api: '^2.0',
    description: `adds noise of variance ${eta} / (1 + step)^${gamma} to every gradient`,
    setup({ roles }) {
      if (eta === 0) return;
      roles.contribute(GRADIENT_TRANSFORMS, {
        name: 'gradient-noise',
        settings: { eta, gamma },
        transform(gradients, { step, uniform }) {
          const sigma = tf.sqrt(tf.div(eta, tf.pow(tf.add(step, 1), gamma)));
          // One draw per weight and part: what is drawn is a function of seed, purpose and step, so that there is no state.
          const draw = (part: string, { shape }: Tensor) => uniform(`example-gradient-noise/${part}`, shape);
          return new Map(
            Array.from(gradients, ([weight, gradient]) => {
              const noise = normalFrom(draw('radius', gradient), draw('angle', gradient));
              return [weight, tf.add(gradient, tf.mul(sigma, noise))];
            }),
          );
        },
      });
    },
  });
}

/** Standard normal numbers from two tensors of uniform ones in [0, 1), by Box and Muller. */
export function normalFrom(first: Tensor, second: Tensor): Tensor {
  const radius = tf.sqrt(tf.mul(-2, tf.log(tf.sub(1, first))));
  return tf.mul(radius, tf.cos(tf.mul(2 * Math.PI, second)));
}
