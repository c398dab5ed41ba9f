import { b3rsSampler, blocksOf, describeBatches } from '@evenkeel/plugin-b3rs';
import { embed, embeddingSchedule } from '@evenkeel/plugin-bet';
import { instanceBalanced } from '@evenkeel/trainer-core';
import type { ClassDataset } from '@evenkeel/trainer-core';

/** What B3RS and BET are told. */
export interface BatchSettings {
  readonly batch: number;
  readonly blocks: number;
  readonly beta: number;
  readonly every: number;
  readonly seed: number;
}

/** One block of B3RS. */
export interface Block {
  /** Its classes, from many images to few. */
  readonly classes: readonly string[];
  readonly images: number;
  /** Images of its largest and of its smallest class. */
  readonly most: number;
  readonly least: number;
}

/** What B3RS and BET would make of a data set. */
export interface Batches {
  readonly blocks: readonly Block[];
  /** Batches of the first epoch by tag: `base`, `embedded`. */
  readonly batches: Readonly<Record<string, number>>;
  /** The composition of the first epoch's batches, as a table. */
  readonly table: string;
}

/** The blocks of B3RS, and the batches of the first epoch of BET with B3RS embedded in instance-balanced batches. */
export function batchesOf(
  { classNames, classCounts, train: { labels } }: ClassDataset,
  { batch, blocks: wanted, beta, every, seed }: BatchSettings,
): Batches {
  const blocks = blocksOf(classCounts, wanted);
  const sampler = embed(
    instanceBalanced(),
    b3rsSampler({ blocks: wanted, beta }),
    embeddingSchedule({ every }),
  ).build({ labels, classCounts, batchSize: batch, epochs: 1 });
  const plan = sampler.plan(seed, 0);
  const batches: Record<string, number> = {};
  for (let place = 0; place < plan.length; place++) {
    const { tag } = plan.batch(place);
    batches[tag] = (batches[tag] ?? 0) + 1;
  }
  return {
    blocks: blocks.map((block) => {
      const counts = block.map((label) => classCounts[label]);
      return {
        classes: block.map((label) => classNames[label]),
        images: counts.reduce((sum, count) => sum + count, 0),
        most: Math.max(...counts),
        least: Math.min(...counts),
      };
    }),
    batches,
    table: describeBatches(plan, labels, blocks),
  };
}
