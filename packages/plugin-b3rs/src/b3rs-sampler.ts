import { createRandom, Deck, indicesByClass, planFromFunction } from '@evenkeel/trainer-core';
import type {
  EpochPlan,
  RandomStream,
  Sampler,
  SamplerContext,
  SamplerDefinition,
} from '@evenkeel/trainer-core';
import { BatchQuotas } from './batch-quotas.js';
import { cutBlocks } from './blocks-of.js';
import { ClassDealer } from './class-dealer.js';
import type { Dealer } from './class-dealer.js';
import { errors } from './errors.js';
import { listedShares } from './listed-shares.js';
import { b3rsSettings } from './b3rs-settings.js';
import type { B3rsOptions, B3rsSettings } from './b3rs-settings.js';
import { blockShares, classPrior, sharesWithin } from './class-prior.js';

const TAG = 'balanced';

/**
 * Relatively balanced batches as a sampler definition, tag `balanced`, for use without the plugin; options and errors as for
 * `b3rs`. Building throws what `blocksOf` throws, and what is wrong between blocks and `shares`.
 */
export function b3rsSampler(options: B3rsOptions = {}): SamplerDefinition {
  return samplerOf(b3rsSettings(options));
}

/** The same from options that were read. */
export function samplerOf(settings: B3rsSettings): SamplerDefinition {
  return {
    name: 'b3rs',
    settings: { ...settings },
    build: (context) => new B3rsSampler(settings, context),
  };
}

/** Full batches with fixed quotas per block, as many per epoch as the instance-balanced sampler has. */
class B3rsSampler implements Sampler {
  readonly name = 'b3rs';
  readonly tags: readonly string[] = [TAG];
  readonly #settings: B3rsSettings;
  readonly #context: SamplerContext;
  readonly #blocks: readonly (readonly number[])[];
  readonly #imagesByClass: readonly Int32Array[];
  readonly #shares: Float64Array;
  readonly #prior: Float64Array;

  constructor(settings: B3rsSettings, context: SamplerContext) {
    const { labels, classCounts } = context;
    this.#settings = settings;
    this.#context = context;
    this.#blocks = cutBlocks(classCounts, settings.blocks);
    this.#imagesByClass = indicesByClass(labels, classCounts.length);
    this.#shares = settings.shares
      ? listedShares(this.#blocks, settings.blocks, settings.shares)
      : blockShares(this.#blocks, classCounts, settings.beta);
    this.#prior = classPrior(this.#blocks, classCounts, this.#shares, settings.gamma);
  }

  batchesIn(): number {
    return Math.ceil(this.#context.labels.length / this.#context.batchSize);
  }

  classPrior(tag: string): Float64Array {
    if (tag !== TAG) throw errors.UNKNOWN_TAG({ tag });
    return this.#prior.slice();
  }

  plan(seed: number, epoch: number): EpochPlan {
    const { batchSize } = this.#context;
    const batches = this.batchesIn();
    const random = createRandom(seed, 'b3rs', epoch);
    const perBatch = this.#shares.map((share) => share * batchSize);
    const quotas = new BatchQuotas(perBatch, batches, random);
    const dealers = this.#blocks.map((block, b) => this.#dealer(block, quotas.draws[b], random));
    const indices = new Int32Array(batches * batchSize);
    let dealt = 0;
    const deal = (block: number, quota: number): void => {
      const dealer = dealers[block];
      for (const end = dealt + quota; dealt < end; dealt++) indices[dealt] = dealer.deal();
    };
    const dealBatch = (): void => {
      const start = dealt;
      quotas.next(deal);
      // Place within a batch must not tell the block: mixup and the like pair examples by place.
      if (batchSize > 1) random.shuffle(indices.subarray(start, dealt));
    };
    // In order, but only as far as somebody asks: a plan that is embedded in another is used in part.
    return planFromFunction(batches, (place) => {
      const [start, end] = [place * batchSize, (place + 1) * batchSize];
      while (dealt < end) dealBatch();
      return { tag: TAG, indices: indices.subarray(start, end) };
    });
  }

  #dealer(block: readonly number[], draws: number, random: RandomStream): Dealer {
    const { gamma } = this.#settings;
    const images = block.map((label) => this.#imagesByClass[label]);
    if (gamma > 0 && block.length > 1)
      return new ClassDealer(images, sharesWithin(block, this.#context.classCounts, gamma), draws, random);
    return new Deck(concatenated(images), random);
  }
}

function concatenated(arrays: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(arrays.reduce((size, array) => size + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    all.set(array, offset);
    offset += array.length;
  }
  return all;
}
