import { defineOptions, flag } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, GRADIENT_TRANSFORMS, INSPECTORS, METRICS } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../../package.json' with { type: 'json' };
import { errors } from '../errors.js';
import { BatchTally } from './batch-tally.js';
import { confusion } from './confusion.js';
import { memoryInUse } from './memory-in-use.js';
import { norms } from './norms.js';

/** What is measured beside what the trainer measures. */
export interface MeasurementsOptions {
  /** Norms of gradient and weights in every step; default true. */
  readonly norms?: boolean;
  /** Which classes are taken for which, in every evaluation; default true. */
  readonly confusion?: boolean;
}

/** The options of `measurements`. */
export const measurementsOptions = defineOptions('measurements', errors.BAD_OPTION, {
  norms: flag().default(true),
  confusion: flag().default(true),
} satisfies SpecOf<MeasurementsOptions>);

/**
 * Measures what pages draw and the trainer does not measure by itself: the composition of batches, norms, confusion, memory.
 * Changes no number of a run, and may come and go between resumes. The values are in `step-end`, in evaluations, in an
 * `inspection-end` event named `measurements` after every epoch, and so in `metrics.jsonl`. Throws `LIVE_PAGE_BAD_OPTION`.
 *
 * @example
 * createTrainer({ data, model, plugins: [measurements(), metricsFile({ path: 'runs/a/metrics.jsonl' })] });
 */
export function measurements(options: MeasurementsOptions = {}): TrainerPlugin {
  const settings = measurementsOptions.read(options);
  return definePlugin({
    name: '@evenkeel/live-page/measurements',
    version: manifest.version,
    api: '^2.0',
    description: [
      'batches',
      'memory',
      ...Object.keys(settings).filter((key) => settings[key as 'norms']),
    ].join(', '),
    // Before clipping and the like.
    order: 'pre',
    setup({ roles, hooks, state }) {
      const tally = new BatchTally();
      state.persist('tally', tally);
      hooks.events$.subscribe((event) => {
        if (event.type === 'epoch-start') tally.take();
        if (event.type === 'batch-start') tally.add(event);
      });
      if (settings.norms) roles.contribute(GRADIENT_TRANSFORMS, norms(), { identity: false });
      if (settings.confusion) roles.contribute(METRICS, confusion());
      roles.contribute(INSPECTORS, {
        name: 'measurements',
        isDue: () => true,
        inspect: async () => ({ ...tally.take(), ...memoryInUse() }),
      });
    },
  });
}
