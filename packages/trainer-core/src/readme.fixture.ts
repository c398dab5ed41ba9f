import { BATCH_TRANSFORMS, definePlugin } from './index.js';
import type { TrainerPlugin } from './index.js';

/** Mixes every image with the next of its batch, and stops when the training loss no longer falls. */
export const mixup = ({ patience = 3 } = {}): TrainerPlugin =>
  definePlugin({
    name: 'mixup',
    version: '1.0.0',
    api: '^2.0',
    setup({ roles, hooks, requests, state }) {
      roles.contribute(BATCH_TRANSFORMS, {
        name: 'mixup',
        transform(batch, { random }) {
          const share = random.uniform();
          const withNext = (rows: Float32Array) => {
            const width = rows.length / batch.indices.length;
            return rows.map((value, at) => share * value + (1 - share) * rows[(at + width) % rows.length]);
          };
          batch.inputs = withNext(batch.inputs);
          batch.targets = withNext(batch.targets);
        },
      });
      let best = Infinity;
      let waited = 0;
      hooks.epoch$.subscribe((event) => {
        if (event.type !== 'epoch-end') return;
        waited = event.loss < best ? 0 : waited + 1;
        best = Math.min(best, event.loss);
        if (waited >= patience) requests.requestStop('the loss no longer falls');
      });
      state.persist('patience', {
        version: 1,
        save: () => [best, waited],
        load: (value) => void ([best, waited] = value as [number, number]),
      });
    },
  });
