import { definePlugin, LOSS, singleRole } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';

/** In one package: fills the role. */
export function warm(): TrainerPlugin {
  const TEMPERATURE = singleRole<number>('lab/TEMPERATURE', 'what logits are divided by');
  return definePlugin({
    name: 'lab-warm',
    version: '1.0.0',
    api: '^1.0',
    setup: ({ roles }) => roles.provide(TEMPERATURE, 2),
  });
}

/** In another package, which does not know the first: uses it. */
export function tempered(): TrainerPlugin {
  const TEMPERATURE = singleRole<number>('lab/TEMPERATURE', 'what logits are divided by');
  return definePlugin({
    name: 'lab-tempered',
    version: '1.0.0',
    api: '^1.0',
    setup({ roles }) {
      roles.decorate(LOSS, (inner, resolve) => {
        const temperature = resolve(TEMPERATURE);
        return {
          name: `${inner.name} at temperature ${temperature}`,
          loss: (logits, context) => inner.loss(tf.div(logits, temperature), context),
        };
      });
    },
  });
}
