import { defineOptions, func, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, SCHEDULE } from '@evenkeel/trainer-core';
import type { SchedulePosition, TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** A learning rate and the loss that the step with it had, smoothed. */
export type RangePoint = readonly [learningRate: number, loss: number];

/** Options of the learning-rate range test. */
export interface LearningRateRangeOptions {
  /** Gets the curve when the run ends, and the rate that it suggests; undefined where the loss never falls. */
  readonly onCurve: (curve: readonly RangePoint[], suggestion: number | undefined) => void;
  /** First learning rate, above 0; default 1e-5. */
  readonly from?: number;
  /** Last learning rate, above 0; default 10. */
  readonly to?: number;
  /** How much of a smoothed loss is the one before, in [0, 1); default 0.9. With 0 the losses are those of the steps. */
  readonly smoothing?: number;
}

/** The options of `learningRateRange`. */
export const learningRateRangeOptions = defineOptions('learningRateRange', errors.BAD_OPTION, {
  onCurve: func<LearningRateRangeOptions['onCurve']>(),
  from: number({ above: 0 }).default(1e-5),
  to: number({ above: 0 }).default(10),
  smoothing: number({ min: 0, below: 1 }).default(0.9),
} satisfies SpecOf<LearningRateRangeOptions>);

/** How many times the best smoothed loss the present one may become, and after how many steps that counts. */
const FACTOR = 4;
const FIRST_STEPS = 10;

/** Which share of the curve, by steps, a slope is measured over. */
const SLOPE_SHARE = 0.1;

/**
 * Learning-rate range test: the rate grows by the same factor with every step of the run, which stops where the loss explodes. The
 * curve tells from which rate on the loss falls and where it no longer does; it survives a resume. Throws `EXAMPLE_BAD_OPTION`.
 * Source: Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017, section 3.3.
 *
 * @example
 * createTrainer({ data, model, plugins: [learningRateRange({ onCurve: (_curve, rate) => console.log(rate) })] });
 */
export function learningRateRange(options: LearningRateRangeOptions): TrainerPlugin {
  const { onCurve, from, to, smoothing } = learningRateRangeOptions.read(options);
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
          // A running mean that begins at 0 is too small by this factor: Kingma and Ba, "Adam", ICLR 2015, section 3.
          mean = smoothing * mean + (1 - smoothing) * event.loss;
          const loss = mean / (1 - smoothing ** (curve.length + 1));
          curve.push([event.learningRate, loss]);
          const best = Math.min(...curve.map(([, each]) => each));
          if (curve.length > FIRST_STEPS && loss > FACTOR * best)
            requests.requestStop(`the loss explodes at learning rate ${event.learningRate}`);
        }
        if (event.type === 'fit-end') onCurve(structuredClone(curve), suggestedRate(curve));
      });
    },
  });
}

/**
 * The learning rate at which the loss falls fastest with the logarithm of the rate, before it is lowest: slopes are those of straight
 * lines (least squares) through a tenth of the points, 3 at least, and the rate is the middle of the steepest one. Undefined where the
 * loss never falls. Our reading of where "accuracy starts to increase", Smith, section 3.3; most take a rate a few times smaller or
 * larger than that, so look at the curve.
 */
export function suggestedRate(curve: readonly RangePoint[]): number | undefined {
  const width = Math.max(3, Math.round(SLOPE_SHARE * curve.length));
  const losses = curve.map(([, loss]) => loss);
  const falling = curve.slice(0, losses.indexOf(Math.min(...losses)) + 1);
  const lines = falling.slice(width - 1).map((_, at) => falling.slice(at, at + width));
  const slopes = lines.map(slopeOf);
  const steepest = Math.min(...slopes);
  if (!(steepest < 0)) return undefined;
  const [first, last] = [0, -1].map((at) => lines[slopes.indexOf(steepest)].at(at)![0]);
  return Math.sqrt(first * last);
}

/** The slope of the line through points, loss over the logarithm of the rate. */
function slopeOf(points: readonly RangePoint[]): number {
  const rates = points.map(([rate]) => Math.log(rate));
  const mean = rates.reduce((a, b) => a + b, 0) / rates.length;
  const deviations = rates.map((rate) => rate - mean);
  const squares = deviations.reduce((sum, each) => sum + each * each, 0);
  return points.reduce((sum, [, loss], at) => sum + deviations[at] * loss, 0) / squares;
}

/** How much of the run is over before a step, 0 at the first and 1 at the last. */
function shareOf({ epoch, batch, batchesPerEpoch, epochs }: SchedulePosition): number {
  return (epoch * batchesPerEpoch + batch) / Math.max(1, epochs * batchesPerEpoch - 1);
}
