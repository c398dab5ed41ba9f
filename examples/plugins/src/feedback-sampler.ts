import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import {
  createRandom,
  definePlugin,
  indicesByClass,
  normalised,
  planFromFunction,
  SAMPLER,
} from '@evenkeel/trainer-core';
import type { SamplerContext, StateValue, TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of the feedback sampler. */
export interface FeedbackSamplerOptions {
  /** The least share of attention that a class keeps, in (0, 1]; default 0.1. With 1 all classes count alike. */
  readonly least?: number;
}

/** The options of `feedbackSampler`. */
export const feedbackSamplerOptions = defineOptions('feedbackSampler', errors.BAD_OPTION, {
  least: number({ above: 0, max: 1 }).default(0.1),
} satisfies SpecOf<FeedbackSamplerOptions>);

/**
 * Draws classes the more often, the worse they did in the last evaluation: by 1 − accuracy, at least `least`. Until there was one,
 * all alike. What it heard is state, so that plans are the same after a resume. Throws `EXAMPLE_BAD_OPTION`.
 *
 * @example
 * createTrainer({ data, model, plugins: [feedbackSampler()] });
 */
export function feedbackSampler(options: FeedbackSamplerOptions = {}): TrainerPlugin {
  const { least } = feedbackSamplerOptions.read(options);
  return definePlugin({
    name: 'example-feedback-sampler',
    version: '1.0.0',
    api: '^2.0',
    task: 'classification',
    description: `classes that did worse are drawn more often, each by at least ${least}`,
    setup({ roles, hooks, state }) {
      let weights: readonly number[] = [];
      state.persist('weights', {
        version: 1,
        save: (): StateValue => weights,
        load: (value) => void (weights = value as number[]),
      });
      hooks.epoch$.subscribe((event) => {
        if (event.type !== 'epoch-end' || event.evaluation === undefined) return;
        const accuracies = event.evaluation.perClass as readonly (number | null)[];
        weights = accuracies.map((accuracy) => Math.max(least, 1 - (accuracy ?? 0)));
      });
      roles.decorate(SAMPLER, (inner) => ({
        name: 'feedback',
        build(context) {
          const { batchesIn } = inner.build(context);
          const shares = () => sharesOf(context, weights);
          return {
            name: 'feedback',
            tags: ['base'],
            batchesIn,
            classPrior: () => Float64Array.from(shares()),
            plan(seed, epoch) {
              const drawn = drawing(context, shares());
              const batch = (at: number) => ({
                tag: 'base',
                indices: drawn(createRandom(seed, 'feedback', epoch, at)),
              });
              return planFromFunction(batchesIn(epoch), batch);
            },
          };
        },
      }));
    },
  });
}

/** Shares of the classes that have examples. */
function sharesOf({ classCounts }: SamplerContext, weights: readonly number[]): readonly number[] {
  return Array.from(normalised(classCounts.map((count, label) => (count > 0 ? (weights[label] ?? 1) : 0))));
}

/** Draws batches: a class by its share, then one of its examples. */
function drawing({ labels, classCounts, batchSize }: SamplerContext, shares: readonly number[]) {
  const members = indicesByClass(labels, classCounts.length);
  return (random: ReturnType<typeof createRandom>): Int32Array =>
    Int32Array.from({ length: batchSize }, () => {
      let rest = random.uniform();
      const found = shares.findIndex((share) => (rest -= share) < 0);
      const label = found < 0 ? shares.findLastIndex((share) => share > 0) : found;
      return members[label][random.integer(members[label].length)];
    });
}
