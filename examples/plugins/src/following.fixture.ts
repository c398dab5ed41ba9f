import { definePlugin, REPLICAS } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';

/** A process that leads from a step on, as after the loss of the one that led; default: never. */
export function following(from = Infinity): TrainerPlugin {
  return definePlugin({
    name: 'following',
    version: '1.0.0',
    api: '^2.0',
    setup({ roles, hooks }) {
      let step = 0;
      hooks.batch$.subscribe(({ position }) => (step = position.step));
      roles.decorate(REPLICAS, (inner) => ({
        ...inner,
        get leads() {
          return step >= from;
        },
      }));
    },
  });
}
