import { definePlugin, GRADIENT_TRANSFORMS } from '@evenkeel/trainer-core';
import type { GradientTransform, TrainerPlugin } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';

/**
 * Logs the norm of all gradients together as `gradient norm`, at its place among the plugins that change gradients. It changes
 * nothing, so that a run may resume with or without it.
 */
export function gradientNorm(): TrainerPlugin {
  return definePlugin({
    name: 'example-gradient-norm',
    version: '1.0.0',
    api: '^2.0',
    setup({ roles }) {
      const transform = {
        name: 'gradient-norm',
        transform(gradients, { log }) {
          const squares = Array.from(gradients.values(), (gradient) => tf.sum<Scalar>(tf.square(gradient)));
          if (squares.length > 0) log('gradient norm', tf.sqrt(tf.addN(squares)));
          return gradients;
        },
      } satisfies GradientTransform;
      roles.contribute(GRADIENT_TRANSFORMS, transform, { identity: false });
    },
  });
}
