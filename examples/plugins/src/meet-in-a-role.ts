import { anything, definePlugin, LOSS, role } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';

/** What both packages say of the role: it has a default, like the trainer's own. */
const TEMPERATURE_ROLE = {
  purpose: 'what logits are divided by',
  called: 'once, when the loss is put together',
  shape: anything,
  fallback: { words: '1', make: () => 1 },
};

/** In one package: fills the role. */
export function warm(): TrainerPlugin {
  const TEMPERATURE = role<number>('lab/TEMPERATURE', TEMPERATURE_ROLE);
  return definePlugin({
    name: 'lab-warm',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) => roles.provide(TEMPERATURE, 2),
  });
}

/** In another package, which does not know the first: uses it. */
export function tempered(): TrainerPlugin {
  const TEMPERATURE = role<number>('lab/TEMPERATURE', TEMPERATURE_ROLE);
  return definePlugin({
    name: 'lab-tempered',
    version: '1.0.0',
    api: '^2.0',
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
