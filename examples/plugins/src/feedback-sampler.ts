import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import {
  accuracy,
  createRandom,
  definePlugin,
  indicesByClass,
  normalised,
  planFromFunction,
  SAMPLER,
  valuesOf,
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
 * all alike. What it heard is state, kept by the epoch from which it counts: an epoch's plan is a function of seed, epoch and
 * that state, and whatever is heard later does not change it. Throws `EXAMPLE_BAD_OPTION`, while it runs also `TRAINER_NOT_MEASURED`
 * when evaluations lack accuracies of classes.
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
      let heard: readonly Heard[] = [];
      state.persist('heard', {
        version: 1,
        save: (): StateValue => heard,
        load: (value) => void (heard = value as readonly Heard[]),
      });
      hooks.epoch$.subscribe((event) => {
        if (event.type !== 'epoch-end' || event.evaluation === undefined) return;
        const { perClass } = valuesOf(accuracy(), event.evaluation, 'perClass');
        const weights = Float64Array.from(perClass, (share) => Math.max(least, 1 - (share ?? 0)));
        heard = [...heard, { from: event.position.epoch + 1, weights }];
      });
      roles.decorate(SAMPLER, (inner) => ({
        name: 'feedback',
        settings: { least },
        build(context) {
          const { batchesIn } = inner.build(context);
          const sharesIn = (epoch: number) =>
            sharesOf(context, heard.findLast(({ from }) => from <= epoch)?.weights);
          return {
            name: 'feedback',
            tags: ['base'],
            batchesIn,
            classPrior: (_tag, epoch) => sharesIn(epoch),
            plan(seed, epoch) {
              const drawn = drawing(context, sharesIn(epoch));
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

/** What an evaluation said: the weight of every class, `[classes]`, and the first epoch that it counts for. */
// A type alias, since an interface is no plain data to TypeScript.
type Heard = { readonly from: number; readonly weights: Float64Array };

/** Shares of the classes that have examples, `[classes]`. */
function sharesOf({ classCounts }: SamplerContext, weights?: Float64Array): Float64Array {
  return normalised(classCounts.map((count, label) => (count > 0 ? (weights?.[label] ?? 1) : 0)));
}

/** Draws batches: a class by its share, then one of its examples. */
function drawing({ labels, classCounts, batchSize }: SamplerContext, shares: Float64Array) {
  const members = indicesByClass(labels, classCounts.length);
  return (random: ReturnType<typeof createRandom>): Int32Array =>
    Int32Array.from({ length: batchSize }, () => {
      let rest = random.uniform();
      const found = shares.findIndex((share) => (rest -= share) < 0);
      const label = found < 0 ? shares.findLastIndex((share) => share > 0) : found;
      return members[label][random.integer(members[label].length)];
    });
}
