import { countClasses } from '@evenkeel/trainer-core';
import type { SamplerContext } from '@evenkeel/trainer-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { b3rsSampler } from './b3rs-sampler.js';
import type { B3rsOptions } from './b3rs-settings.js';
import { blocksOf, imagesIn } from './blocks-of.js';
import { listedShares } from './listed-shares.js';

function contextOf(classCounts: readonly number[], batchSize: number): SamplerContext {
  const labels = classCounts.flatMap((count, label) => new Array<number>(count).fill(label));
  return { labels: Int32Array.from(labels), classCounts, batchSize, epochs: 1 };
}

function batchesOf(options: B3rsOptions, context: SamplerContext, seed: number): number[][] {
  const plan = b3rsSampler(options).build(context).plan(seed, 0);
  return Array.from({ length: plan.length }, (_, place) => [...plan.batch(place).indices]);
}

/** Counts, blocks of equal numbers of classes, and a share for each of them, some of them 0. */
const setting = fc
  .record({
    classCounts: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 4, maxLength: 12 }),
    batchSize: fc.integer({ min: 1, max: 40 }),
    number: fc.integer({ min: 1, max: 4 }),
    gamma: fc.constantFrom(0, 0.4, 1),
    seed: fc.nat(),
  })
  .chain((chosen) =>
    fc
      .array(fc.integer({ min: 0, max: 20 }), { minLength: chosen.number, maxLength: chosen.number })
      .filter((shares) => shares.some((share) => share > 0))
      .map((shares) => ({ ...chosen, shares })),
  );

describe('shares of blocks given by hand', () => {
  it('are kept by every batch from the first on, with gamma inside, and are what the prior says', () => {
    fc.assert(
      fc.property(setting, ({ classCounts, batchSize, number, gamma, seed, shares }) => {
        const context = contextOf(classCounts, batchSize);
        const options: B3rsOptions = { blocks: { by: 'quantile', blocks: number }, gamma, shares };
        const blocks = blocksOf(classCounts, options.blocks);
        const prior = b3rsSampler(options).build(context).classPrior('balanced', 0);
        const all = shares.reduce((sum, share) => sum + share, 0);
        const drawn = shares.map(() => 0);
        batchesOf(options, context, seed).forEach((batch, place) => {
          expect(batch).toHaveLength(batchSize);
          const labels = Int32Array.from(batch, (index) => context.labels[index]);
          const counts = countClasses(labels, classCounts.length);
          blocks.forEach((block, b) => {
            const expected = (shares[b] / all) * batchSize;
            drawn[b] += imagesIn(block, counts);
            expect(Math.abs(drawn[b] - expected * (place + 1))).toBeLessThan(1 + 1e-6);
            if (shares[b] === 0) expect(drawn[b]).toBe(0);
          });
        });
        blocks.forEach((block, b) => {
          const within = block.reduce((sum, label) => sum + prior[label], 0);
          expect(within).toBeCloseTo(shares[b] / all, 12);
        });
      }),
    );
  });

  it('give the batches of beta when they are its shares: classes per block for 1', () => {
    fc.assert(
      fc.property(setting, ({ classCounts, batchSize, number, gamma, seed }) => {
        const context = contextOf(classCounts, batchSize);
        const common = { blocks: number, gamma };
        const shares = blocksOf(classCounts, number).map((block) => block.length);
        expect(batchesOf({ ...common, shares }, context, seed)).toEqual(
          batchesOf({ ...common, beta: 1 }, context, seed),
        );
      }),
    );
  });

  it('depend on their ratios alone', () => {
    expect([...listedShares([[0], [1]], 2, [3, 1])]).toEqual([0.75, 0.25]);
    expect([...listedShares([[0], [1]], 2, [0.375, 0.125])]).toEqual([0.75, 0.25]);
  });

  it('belong to the lists as they were written, wherever their blocks are sorted to', () => {
    const classCounts = [2, 90, 10, 0];
    const lists = [[0], [3], [2, 1]];
    const blocks = blocksOf(classCounts, lists);
    expect(blocks).toEqual([[1, 2], [0]]);
    expect([...listedShares(blocks, lists, [1, 5, 3])]).toEqual([0.75, 0.25]);
  });

  it('are refused when they are not one per block, or all of blocks without images', () => {
    const build = (options: B3rsOptions, classCounts = [90, 10, 2]) =>
      b3rsSampler(options).build(contextOf(classCounts, 8));
    expect(() => build({ shares: [1, 1] })).toThrow(/B3RS_SHARES_LENGTH.*expected 3.*received 2/s);
    // A gap in the counts leaves two blocks of three.
    expect(() => build({ shares: [1, 1, 1] }, [100, 100, 1])).toThrow(/B3RS_SHARES_LENGTH.*expected 2/s);
    const empty = { blocks: [[0, 1], [2]], shares: [0, 1] };
    expect(() => build(empty, [5, 5, 0])).toThrow(/B3RS_BAD_OPTION.*'shares'/s);
  });
});

describe('without shares', () => {
  it('an epoch is the one that it was before they could be given', () => {
    expect(batchesOf({}, contextOf([12, 5, 2], 6), 1)).toEqual([
      [18, 15, 17, 1, 14, 6],
      [0, 18, 16, 17, 12, 2],
      [5, 18, 16, 13, 3, 17],
      [18, 13, 8, 9, 17, 12],
    ]);
  });
});
