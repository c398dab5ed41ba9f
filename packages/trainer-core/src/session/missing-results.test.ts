import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { CLASSIFIER, GRADIENTS, LOGIT_TRANSFORMS, LOSS, POSTHOC_TRANSFORMS } from '../roles/core-roles.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { SetupContext } from '../contract/plugin.js';
import { tinyBackbone, tinyDataset } from './tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<TrainerOptions>) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, ...options });
const plugin = (setup: (context: SetupContext) => void) =>
  definePlugin({ name: 'p', version: '1.0.0', api: '^2.0', setup });

describe('a part that gives nothing', () => {
  const nothing = (() => undefined) as unknown as () => never;
  it.each<[string, Partial<TrainerOptions>]>([
    ["LOSS.*'loss'", { plugins: plugin(({ roles }) => roles.provide(LOSS, { name: 'x', loss: nothing })) }],
    [
      "LOGIT_TRANSFORMS.*'transform'",
      {
        plugins: plugin(({ roles }) => roles.contribute(LOGIT_TRANSFORMS, { name: 'x', transform: nothing })),
      },
    ],
    [
      "POSTHOC_TRANSFORMS.*'transform'",
      {
        plugins: plugin(({ roles }) =>
          roles.contribute(POSTHOC_TRANSFORMS, { name: 'x', transform: nothing }),
        ),
      },
    ],
    [
      "GRADIENTS.*'compute'",
      { plugins: plugin(({ roles }) => roles.decorate(GRADIENTS, () => ({ name: 'x', compute: nothing }))) },
    ],
    [
      "CLASSIFIER.*'build\\(\\).apply'",
      {
        plugins: plugin(({ roles }) =>
          roles.provide(CLASSIFIER, { name: 'x', build: () => ({ outputSize: 3, apply: nothing }) }),
        ),
      },
    ],
  ])('is named: %s', async (where, options) => {
    const trainer = make(options);
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(new RegExp(`ROLE_RETURNED.*'p'.*${where}`, 's'));
    await trainer.dispose();
  });

  it('or logs what is no scalar, is named as well', async () => {
    const logging = (name: string, value: unknown) =>
      make({
        plugins: plugin(({ roles }) =>
          roles.decorate(LOSS, (inner) => ({
            ...inner,
            name: 'logging',
            loss(logits, context) {
              context.log(name, value as tf.Scalar);
              return inner.loss(logits, context);
            },
          })),
        ),
      });
    for (const [name, value, problem] of [
      ['x', 3, 'it is 3'],
      ['x', undefined, 'it is undefined'],
      ['', tf.scalar(1), "its name is ''"],
    ] as const) {
      const trainer = logging(name, value);
      await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(new RegExp(`BAD_LOG.*${problem}`));
      await trainer.dispose();
    }
  });
});
