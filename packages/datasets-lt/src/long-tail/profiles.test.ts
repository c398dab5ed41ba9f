import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentialCounts, limitCounts, stepCounts } from './profiles.js';

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('exponentialCounts', () => {
  // Python 3: [int(5000.0 * ((1 / imbalance) ** (c / 9.0))) for c in range(10)]
  it.each([
    [10, [5000, 3871, 2997, 2320, 1796, 1391, 1077, 834, 645, 500]],
    [20, [5000, 3584, 2569, 1842, 1320, 946, 678, 486, 348, 250]],
    [50, [5000, 3237, 2096, 1357, 878, 568, 368, 238, 154, 100]],
    [100, [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]],
    [200, [5000, 2775, 1540, 854, 474, 263, 146, 81, 45, 25]],
  ])('gives the counts of CIFAR-10-LT at imbalance %i', (imbalance, expected) => {
    expect(exponentialCounts({ largest: 5000, classes: 10, imbalance })).toEqual(expected);
  });

  it.each([
    [10, 50, 19573],
    [20, 25, 15907],
    [50, 10, 12608],
    [100, 5, 10847],
    [200, 2, 9502],
  ])('gives the smallest class and the sum of CIFAR-100-LT at imbalance %i', (imbalance, smallest, total) => {
    const counts = exponentialCounts({ largest: 500, classes: 100, imbalance });
    expect([counts[0], counts[99], sum(counts)]).toEqual([500, smallest, total]);
  });

  it('leaves every class whole at imbalance 1', () => {
    expect(exponentialCounts({ largest: 7, classes: 3, imbalance: 1 })).toEqual([7, 7, 7]);
  });

  it.each([
    [{ largest: 5000, classes: 10, imbalance: 0.01 }, 'imbalance'],
    [{ largest: 5000, classes: 10, imbalance: Number.NaN }, 'imbalance'],
    [{ largest: 50, classes: 10, imbalance: 100 }, 'imbalance'],
    [{ largest: 0.5, classes: 10, imbalance: 10 }, 'largest'],
    [{ largest: 5000, classes: 1, imbalance: 10 }, 'classes'],
  ])('refuses %j', (options, culprit) => {
    const refusal = expect.objectContaining({
      code: 'DATASETS_BAD_OPTION',
      message: expect.stringContaining(`'${culprit}'`),
    });
    expect(() => exponentialCounts(options)).toThrow(refusal);
    expect(() => stepCounts(options)).toThrow(refusal);
  });
});

describe('stepCounts', () => {
  it('cuts in the middle, the smaller half first', () => {
    expect(stepCounts({ largest: 5000, classes: 10, imbalance: 100 })).toEqual([
      5000, 5000, 5000, 5000, 5000, 50, 50, 50, 50, 50,
    ]);
    expect(stepCounts({ largest: 10, classes: 3, imbalance: 3 })).toEqual([10, 3, 3]);
  });
});

describe('limitCounts', () => {
  it('keeps the order of the classes, one example of each, and the limit', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(counts, fc.nat(20_000), (full, spare) => {
        const limit = full.length + spare;
        const limited = limitCounts(full, limit);
        expect(sum(limited)).toBeLessThanOrEqual(limit);
        expect(sum(limited)).toBeGreaterThan(Math.min(limit, sum(full)) - full.length);
        limited.forEach((count, c) => {
          expect(count).toBeGreaterThanOrEqual(1);
          expect(count).toBeLessThanOrEqual(full[c]);
          full.forEach((other, d) => other > full[c] || expect(limited[d]).toBeLessThanOrEqual(count));
        });
      }),
      { numRuns: 200 },
    );
  });

  it.each([9, 10.5, Number.NaN])('refuses a limit of %d for ten classes', (limit) => {
    expect(() => limitCounts(new Array(10).fill(5), limit)).toThrow(
      expect.objectContaining({ code: 'DATASETS_BAD_OPTION' }),
    );
  });
});
