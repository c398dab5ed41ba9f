import { BATCH_TRANSFORMS, definePlugin } from './index.js';
import type { TrainerPlugin } from './index.js';

/** Mixes every image with the next of its batch, and stops when the training loss no longer falls. */
export const mixup = ({ patience = 3 } = {}): TrainerPlugin =>
  definePlugin({
    name: 'mixup',
    version: '1.0.0',
    api: '^1.0',
    setup({ roles, hooks, requests, state }) {
      roles.contribute(BATCH_TRANSFORMS, {
        name: 'mixup',
        transform(batch, { random, classes }) {
          const { images, labels } = batch;
          const share = random.uniform();
          const size = images.length / labels.length;
          const targets = new Float32Array(labels.length * classes);
          labels.forEach((label, row) => {
            targets[row * classes + label] += share;
            targets[row * classes + labels[(row + 1) % labels.length]] += 1 - share;
          });
          batch.targets = targets;
          batch.images = images.map((pixel, at) => {
            return share * pixel + (1 - share) * images[(at + size) % images.length];
          });
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
