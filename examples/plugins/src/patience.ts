import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of patience. */
export interface PatienceOptions {
  /** Epochs in a row without a lower loss, 1 or more. */
  readonly epochs: number;
}

/** The options of `patience`. */
export const patienceOptions = defineOptions('patience', errors.BAD_OPTION, {
  epochs: whole(1),
} satisfies SpecOf<PatienceOptions>);

/**
 * Stops a run whose loss has not fallen for `epochs` epochs in a row, 1 or more. It only observes and asks; the lowest loss
 * and the epochs since then are state, so that a resumed run stops where the unbroken one does. Throws `EXAMPLE_BAD_OPTION`.
 *
 * @example
 * createTrainer({ data, model, plugins: [patience({ epochs: 10 })] });
 */
export function patience(options: PatienceOptions): TrainerPlugin {
  const { epochs } = patienceOptions.read(options);
  return definePlugin({
    name: 'example-patience',
    version: '1.0.0',
    api: '^2.0',
    description: `stops when the loss has not fallen for ${epochs} epochs`,
    setup({ hooks, requests, state }) {
      let [lowest, since] = [Infinity, 0];
      hooks.epoch$.subscribe((event) => {
        if (event.type !== 'epoch-end') return;
        since = event.loss < lowest ? 0 : since + 1;
        lowest = Math.min(lowest, event.loss);
        if (since >= epochs) requests.requestStop('the loss no longer falls');
      });
      state.persist('progress', {
        version: 1,
        save: () => Float64Array.of(lowest, since),
        load: (value) => void ([lowest, since] = value as Float64Array),
      });
    },
  });
}
