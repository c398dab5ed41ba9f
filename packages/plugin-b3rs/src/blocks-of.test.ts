import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf } from './blocks-of.js';
import type { BlockRule } from './block-rule.js';

/** CIFAR-10-LT, imbalance factor 100 (Cui et al. 2019 profile, LDAM truncation). */
const CIFAR_10_LT = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50];

const someCounts = fc
  .array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 40 })
  .filter((counts) => counts.some((count) => count > 0));
const anyRule: fc.Arbitrary<BlockRule> = fc.oneof(
  fc.integer({ min: 1, max: 50 }),
  fc.record({
    by: fc.constantFrom('log-width' as const, 'quantile' as const),
    blocks: fc.integer({ min: 1, max: 50 }),
  }),
  fc.record({ by: fc.constant('shots' as const) }),
);

describe('blocksOf', () => {
  it('cuts at equal widths of log n by default', () => {
    // log 100 / 3 per block: edges at 5000 / 4.64 = 1077.2 and 5000 / 21.5 = 232.1.
    expect(blocksOf(CIFAR_10_LT)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8, 9],
    ]);
  });

  it('puts a count on an edge into the block with fewer images', () => {
    expect(blocksOf([1, 10, 100, 1000], 3)).toEqual([[3], [2], [1, 0]]);
  });

  it('cuts into equal numbers of classes, the first blocks larger', () => {
    expect(blocksOf(CIFAR_10_LT, { by: 'quantile', blocks: 4 })).toEqual([
      [0, 1, 2],
      [3, 4],
      [5, 6, 7],
      [8, 9],
    ]);
  });

  it('cuts by shots, 100 and 20 being medium', () => {
    expect(blocksOf([19, 101, 20, 100], { by: 'shots' })).toEqual([[1], [3, 2], [0]]);
    expect(blocksOf([19, 101, 20, 100], { by: 'shots', many: 50, few: 0 })).toEqual([
      [1, 3],
      [2, 0],
    ]);
  });

  it('takes lists as they are, sorted by images per class', () => {
    expect(
      blocksOf(
        [5, 50, 500, 0],
        [
          [0, 3],
          [1, 2],
        ],
      ),
    ).toEqual([[2, 1], [0]]);
  });

  it('breaks ties by class index and drops empty blocks and classes without images', () => {
    expect(blocksOf([7, 0, 7, 7], { by: 'quantile', blocks: 2 })).toEqual([[0, 2], [3]]);
    expect(blocksOf([7, 0, 7, 7], 5)).toEqual([[0, 2, 3]]);
    expect(blocksOf([1000, 1], 3)).toEqual([[0], [1]]);
  });

  it('partitions the classes with images into contiguous blocks in order of count', () => {
    fc.assert(
      fc.property(someCounts, anyRule, (counts, rule) => {
        const blocks = blocksOf(counts, rule);
        const order = Array.from(counts.keys())
          .filter((label) => counts[label] > 0)
          .sort((a, b) => counts[b] - counts[a] || a - b);
        expect(blocks.flat()).toEqual(order);
        expect(blocks.every((block) => block.length > 0)).toBe(true);
      }),
    );
  });

  it('makes quantile blocks whose sizes differ by at most one', () => {
    fc.assert(
      fc.property(someCounts, fc.integer({ min: 1, max: 10 }), (counts, number) => {
        const classes = counts.filter((count) => count > 0).length;
        fc.pre(classes >= number);
        const sizes = blocksOf(counts, { by: 'quantile', blocks: number }).map((block) => block.length);
        expect(sizes.length).toBe(number);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses rules and data that do not fit', () => {
    const code = (counts: number[], rule?: unknown) => {
      try {
        blocksOf(counts, rule as BlockRule);
        return 'none';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(code([0, 0])).toBe('B3RS_NO_IMAGES');
    expect(code([1, 2], [[0], [0, 1]])).toBe('B3RS_REPEATED_CLASS');
    expect(code([1, 2], [[0], [1, 2]])).toBe('B3RS_UNKNOWN_CLASS');
    expect(code([1, 2], [[0]])).toBe('B3RS_MISSING_CLASS');
    for (const rule of [0, 1.5, NaN, 'three', null, [], [[]], [[-1]], ['x'], { by: 'size' }])
      expect(code([1, 2], rule), JSON.stringify(rule)).toBe('B3RS_BAD_OPTION');
    for (const rule of [
      { by: 'log-width' },
      { by: 'quantile', blocks: -1 },
      { by: 'shots', many: 5, few: 6 },
      { by: 'shots', few: -1 },
    ])
      expect(code([1, 2], rule), JSON.stringify(rule)).toBe('B3RS_BAD_OPTION');
  });
});
