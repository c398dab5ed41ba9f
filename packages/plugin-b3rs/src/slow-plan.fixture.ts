import { createRandom, Deck } from '@evenkeel/trainer-core';
import type { RandomStream, SamplerContext } from '@evenkeel/trainer-core';
import { cutBlocks } from './blocks-of.js';
import { b3rsSettings } from './b3rs-settings.js';
import type { B3rsOptions } from './b3rs-settings.js';
import { blockShares, sharesWithin } from './class-prior.js';
import { listedShares } from './listed-shares.js';
import { quotasByMates } from './round-quotas.fixture.js';

/** All batches of an epoch as they were planned at first, one after the other, entry by entry. */
export function slowPlan(
  options: B3rsOptions,
  { labels, classCounts, batchSize }: SamplerContext,
  seed: number,
  epoch: number,
): number[][] {
  const settings = b3rsSettings(options);
  const blocks = cutBlocks(classCounts, settings.blocks);
  const shares = settings.shares
    ? listedShares(blocks, settings.blocks, settings.shares)
    : blockShares(blocks, classCounts, settings.beta);
  const batches = Math.ceil(labels.length / batchSize);
  const random = createRandom(seed, 'b3rs', epoch);
  const quotas = quotasByMates(
    shares.map((share) => share * batchSize),
    batches,
    random,
  );
  const imagesOf = (label: number) => [...labels.keys()].filter((index) => labels[index] === label);
  const dealers = blocks.map((block, b) => {
    if (settings.gamma === 0) return dealing(new Deck(Int32Array.from(block.flatMap(imagesOf)), random));
    const draws = quotas.filter((_, at) => at % blocks.length === b).reduce((sum, quota) => sum + quota, 0);
    const within = sharesWithin(block, classCounts, settings.gamma);
    return dealingClasses(block.map(imagesOf), within, draws, random);
  });
  return Array.from({ length: batches }, (_, batch) => {
    const indices = dealers.flatMap((deal, b) => {
      const quota = quotas[batch * blocks.length + b];
      return Array.from({ length: quota }, deal);
    });
    return random.shuffle(indices);
  });
}

function dealing(deck: Deck): () => number {
  return () => deck.deal();
}

/** Classes in shuffled rounds of as many places as there are classes, images of a class from its deck. */
function dealingClasses(
  images: readonly (readonly number[])[],
  shares: Float64Array,
  draws: number,
  random: RandomStream,
): () => number {
  const classes = images.length;
  const decks = images.map((list) => new Deck(Int32Array.from(list), random));
  const places = shares.map((share) => share * classes);
  const quotas = quotasByMates(places, Math.ceil(draws / classes), random);
  let round: number[] = [];
  let rounds = 0;
  return () => {
    if (round.length === 0) {
      const row = quotas.subarray(rounds * classes, ++rounds * classes);
      round = random.shuffle(images.flatMap((_, c) => new Array<number>(row[c]).fill(c)));
    }
    return decks[round.shift()!].deal();
  };
}
