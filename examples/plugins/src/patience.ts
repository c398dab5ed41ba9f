import { defineOptions, having, object, oneOf, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, valuesOf } from '@evenkeel/trainer-core';
import type { EpochEnd, Metric, MetricValues, StateValue, TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Names of the single values of a metric: those that are no lists. */
export type SingleValue<Values extends MetricValues> = {
  [Name in keyof Values & string]: Values[Name] extends readonly unknown[] ? never : Name;
}[keyof Values & string];

/** One value of an evaluation. */
export interface WatchedValue<Values extends MetricValues> {
  /** One of the metrics that the run measures. */
  readonly metric: Metric<Values>;
  /** Its value that is watched, such as `few`. */
  readonly value: SingleValue<Values>;
  /** Whether more is better, or less; default `max`. */
  readonly mode?: 'max' | 'min';
}

/** Options of patience. */
export interface PatienceOptions<Values extends MetricValues = MetricValues> {
  /** Epochs in a row without a better value, 1 or more; of a metric those that end with an evaluation. */
  readonly epochs: number;
  /** What is watched; default: the loss of training, for which less is better. */
  readonly watch?: WatchedValue<Values>;
}

/** The options of `patience`. */
export const patienceOptions = defineOptions('patience', errors.BAD_OPTION, {
  epochs: whole(1),
  watch: object({
    metric: having<Metric>('a metric', 'name', 'start'),
    value: text("a value's name"),
    mode: oneOf('max', 'min').default('max'),
  }).optional('the loss of training'),
} satisfies SpecOf<PatienceOptions>);

/** What is watched when nothing else is said. */
const LOSS = 'the loss (min)';

/**
 * Stops a run when the loss, or a value of its evaluations, was not better for `epochs` epochs in a row. Evaluations measure the
 * validation part where there is one; where there is none, the choice of the epoch is made on test data. It only observes and asks;
 * the best value and the epochs since then are state, so that a resumed run stops where the unbroken one does. Throws
 * `EXAMPLE_BAD_OPTION`; while it runs `TRAINER_NOT_MEASURED` for a value that no evaluation has, or at the end of a run that was long
 * enough and never evaluated, and `EXAMPLE_NO_NUMBER` for one that is not defined.
 *
 * @example
 * createTrainer({ data, model, plugins: [patience({ epochs: 3, watch: { metric: accuracy(), value: 'few' } })] });
 */
export function patience<Values extends MetricValues = MetricValues>(
  options: PatienceOptions<Values>,
): TrainerPlugin {
  const { epochs, watch } = patienceOptions.read(options);
  const watched = watch ? `'${watch.value}' of ${watch.metric.name} (${watch.mode})` : LOSS;
  const sign = watch?.mode === 'max' ? 1 : -1;
  const valueOf = ({ loss, evaluation }: EpochEnd): number | undefined => {
    if (!watch) return loss;
    return evaluation && numberOf(watch.metric, evaluation, watch.value);
  };
  return definePlugin({
    name: 'example-patience',
    version: '1.0.0',
    api: '^2.0',
    description: `stops when ${watched} was not better for ${epochs} epochs`,
    setup({ hooks, requests, state }) {
      let [best, since] = [-sign * Infinity, 0];
      hooks.events$.subscribe((event) => {
        if (event.type === 'fit-end' && watch && best === -sign * Infinity && event.position.epoch > epochs) {
          valuesOf(watch.metric, undefined, watch.value); // throws: nothing was measured
        }
        if (event.type !== 'epoch-end') return;
        const value = valueOf(event);
        if (value === undefined) return;
        since = sign * value > sign * best ? 0 : since + 1;
        if (since === 0) best = value;
        if (since >= epochs) requests.requestStop(`${watched} was not better for ${epochs} epochs`);
      });
      state.persist('progress', {
        version: 2,
        save: (): StateValue => ({ watched, numbers: Float64Array.of(best, since) }),
        load(value, fromVersion) {
          // Version 1 knew the loss only. The best of something else says nothing of this.
          const saved = (fromVersion === 1 ? { watched: LOSS, numbers: value } : value) as Saved;
          if (saved.watched === watched) [best, since] = saved.numbers;
        },
      });
    },
  });
}

// A type alias, since an interface is no plain data to TypeScript.
type Saved = { readonly watched: string; readonly numbers: Float64Array };

function numberOf(metric: Metric, evaluation: MetricValues, name: string): number {
  const value = valuesOf(metric, evaluation, name)[name];
  if (typeof value === 'number') return value;
  throw errors.NO_NUMBER({ metric: metric.name, value: name, received: value });
}
