import { defineOptions, func, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, SCHEDULE } from '@evenkeel/trainer-core';
import type { SchedulePosition, TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** A learning rate and the loss that the step with it had, smoothed. */
export type RangePoint = readonly [learningRate: number, loss: number];

/** Options of the learning-rate range test. */
export interface LearningRateRangeOptions {
  /** Gets the curve when the run ends. */
  readonly onCurve: (curve: readonly RangePoint[]) => void;
  /** First learning rate, above 0; default 1e-5. */
  readonly from?: number;
  /** Last learning rate, above 0; default 10. */
  readonly to?: number;
}

/** The options of `learningRateRange`. */
export const learningRateRangeOptions = defineOptions('learningRateRange', errors.BAD_OPTION, {
  onCurve: func<LearningRateRangeOptions['onCurve']>(),
  from: number({ above: 0 }).default(1e-5),
  to: number({ above: 0 }).default(10),
} satisfies SpecOf<LearningRateRangeOptions>);

/** How much of a smoothed loss is the one before, and how many times the best one it may become. */
const KEPT = 0.9;
const FACTOR = 4;

/**
 * Learning-rate range test: the rate grows by the same factor with every step of the run, which stops where the loss explodes. The
 * curve tells from which rate on the loss falls and where it no longer does; it survives a resume. Throws `EXAMPLE_BAD_OPTION`.
 * Source: Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017, section 3.3.
 *
 * @example
 * createTrainer({ data, model, plugins: [learningRateRange({ onCurve: (curve) => console.table(curve) })] });
 */
export function learningRateRange(options: LearningRateRangeOptions): TrainerPlugin {
  const { onCurve, from, to } = learningRateRangeOptions.read(options);
  return definePlugin({
    name: 'example-learning-rate-range',
    version: '1.0.0',
    api: '^2.0',
    description: `learning rates from ${from} to ${to}`,
    setup({ roles, hooks, requests, state }) {
      const learningRate = (position: SchedulePosition) => from * (to / from) ** shareOf(position);
      roles.provide(SCHEDULE, { name: `range ${from} to ${to}`, learningRate });
      let curve: RangePoint[] = [];
      let mean = 0;
      state.persist('curve', {
        version: 1,
        save: () => ({ curve, mean }),
        load(value) {
          ({ curve, mean } = structuredClone(value) as { curve: RangePoint[]; mean: number });
        },
      });
      hooks.events$.subscribe((event) => {
        if (event.type === 'step-end') {
          mean = KEPT * mean + (1 - KEPT) * event.loss;
          const loss = mean / (1 - KEPT ** (curve.length + 1));
          curve.push([event.learningRate, loss]);
          const best = Math.min(...curve.map(([, each]) => each));
          if (loss > FACTOR * best)
            requests.requestStop(`the loss explodes at learning rate ${event.learningRate}`);
        }
        if (event.type === 'fit-end') onCurve(structuredClone(curve));
      });
    },
  });
}

/** How much of the run is over before a step, 0 at the first and 1 at the last. */
function shareOf({ epoch, batch, batchesPerEpoch, epochs }: SchedulePosition): number {
  return (epoch * batchesPerEpoch + batch) / Math.max(1, epochs * batchesPerEpoch - 1);
}
