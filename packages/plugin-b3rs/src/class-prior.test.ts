import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf } from './blocks-of.js';
import { blockShares, classPrior, sharesWithin } from './class-prior.js';

const counts = [90, 10, 6, 2];
const blocks = [
  [0, 1],
  [2, 3],
];
const someCounts = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 30 });
const someBlocks = fc.integer({ min: 1, max: 6 });

function expectClose(actual: Float64Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
}

describe('shares', () => {
  it('follows the formulas (by hand)', () => {
    // N = 100, 8 and C = 2, 2; at beta = 0.5 the shares go as sqrt(200) : sqrt(16) = 14.1421 : 4.
    expectClose(blockShares(blocks, counts, 0), [100 / 108, 8 / 108]);
    expectClose(blockShares(blocks, counts, 0.5), [14.142135623731 / 18.142135623731, 4 / 18.142135623731]);
    expectClose(blockShares(blocks, counts, 1), [0.5, 0.5]);
    // sqrt(90) : sqrt(10) = 3 : 1.
    expectClose(sharesWithin([0, 1], counts, 0.5), [0.75, 0.25]);
    expectClose(sharesWithin([0, 1], counts), [0.9, 0.1]);
    // Blocks balanced, natural inside: the defaults.
    expectClose(classPrior(blocks, counts), [0.45, 0.05, 0.375, 0.125]);
    // Shares by hand, natural inside.
    expectClose(classPrior(blocks, counts, Float64Array.of(0.2, 0.8)), [0.18, 0.02, 0.6, 0.2]);
  });

  it('is instance-balanced at beta = gamma = 0 and class-balanced at beta = gamma = 1, whatever the blocks', () => {
    fc.assert(
      fc.property(someCounts, someBlocks, (classCounts, number) => {
        const cut = blocksOf(classCounts, number);
        const images = classCounts.reduce((sum, count) => sum + count, 0);
        expectClose(
          classPrior(cut, classCounts, 0, 0),
          classCounts.map((count) => count / images),
        );
        expectClose(
          classPrior(cut, classCounts, 1, 1),
          classCounts.map(() => 1 / classCounts.length),
        );
      }),
    );
  });

  it('is a distribution in which no class is rarer than one image in an epoch', () => {
    const balance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(someCounts, someBlocks, balance, balance, (classCounts, number, beta, gamma) => {
        const prior = classPrior(blocksOf(classCounts, number), classCounts, beta, gamma);
        const images = classCounts.reduce((sum, count) => sum + count, 0);
        expect(prior.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        for (const share of prior) expect(share * images).toBeGreaterThan(1 - 1e-9);
      }),
    );
  });

  it('gives classes without images no share', () => {
    expectClose(classPrior(blocksOf([4, 0, 4]), [4, 0, 4], 1, 1), [0.5, 0, 0.5]);
  });
});
