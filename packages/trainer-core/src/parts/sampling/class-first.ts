import type { Sampler, SamplerContext } from '../../contract/sampler.js';
import { createRandom } from '../../random/random-stream.js';
import type { RandomStream } from '../../random/random-stream.js';
import { BASE_TAG, checkBaseTag } from './base-tag.js';
import { indicesByClass } from './class-index.js';
import { Deck } from './deck.js';
import { planFromIndices } from './list-plan.js';

/** Which class comes next. */
export interface ClassRule {
  /** The class distribution of an epoch, `[classes]`, summing to 1. */
  prior(epoch: number): Float64Array;
  /** Draws classes for one epoch, one per call. */
  picker(epoch: number, random: RandomStream): () => number;
}

/**
 * A sampler that first picks a class and then deals an example from that class's shuffled deck. An epoch has as many
 * batches as the instance-balanced one, and every batch is full. Plans take O(examples · log classes).
 */
export function classFirstSampler(name: string, context: SamplerContext, rule: ClassRule): Sampler {
  const { labels, classCounts, batchSize } = context;
  const batches = Math.ceil(labels.length / batchSize);
  const byClass = indicesByClass(labels, classCounts.length);
  return {
    name,
    tags: [BASE_TAG],
    batchesIn: () => batches,
    plan(seed, epoch) {
      const random = createRandom(seed, 'sampler', name, epoch);
      const pick = rule.picker(epoch, random.fork('classes'));
      const dealt = random.fork('examples');
      const decks = byClass.map((indices) => new Deck(indices, dealt));
      const indices = Int32Array.from({ length: batches * batchSize }, () => decks[pick()].deal());
      return planFromIndices(indices, batchSize, BASE_TAG);
    },
    classPrior(tag, epoch) {
      checkBaseTag(name, tag);
      return rule.prior(epoch).slice();
    },
  };
}
