import type { ShotGroup } from '@evenkeel/trainer-core';
import { describe, expect, it } from 'vitest';
import { exponentialCounts } from './profiles.js';
import { shotGroups, shotGroupsByRank } from './shot-groups.js';

const tally = (groups: readonly ShotGroup[]) =>
  (['many', 'medium', 'few'] as const).map((name) => groups.filter((group) => group === name).length);

describe('shotGroups', () => {
  it('puts both thresholds into medium', () => {
    expect(shotGroups([101, 100, 20, 19])).toEqual(['many', 'medium', 'medium', 'few']);
    expect(shotGroups([6, 5, 4], { many: 5, few: 5 })).toEqual(['many', 'medium', 'few']);
  });

  // Worked out from the counts and the rule > 100 / 20 .. 100 / < 20.
  it.each([
    [100, 500, 10, [69, 31, 0]],
    [100, 500, 20, [53, 47, 0]],
    [100, 500, 50, [41, 41, 18]],
    [100, 500, 100, [35, 35, 30]],
    [100, 500, 200, [30, 31, 39]],
    [10, 5000, 100, [8, 2, 0]],
    [10, 5000, 200, [7, 3, 0]],
  ])('splits %i classes of up to %i at imbalance %i', (classes, largest, imbalance, expected) => {
    expect(tally(shotGroups(exponentialCounts({ largest, classes, imbalance })))).toEqual(expected);
  });

  it('refuses crossed thresholds', () => {
    expect(() => shotGroups([1], { many: 10, few: 11 })).toThrow(
      expect.objectContaining({ code: 'DATASETS_BAD_OPTION' }),
    );
  });
});

describe('shotGroupsByRank', () => {
  it('ranks by count, then by label', () => {
    expect(shotGroupsByRank([1, 5, 3, 5], [1, 2, 1])).toEqual(['few', 'many', 'medium', 'medium']);
  });

  it('takes 30, 40 and 30 percent by default', () => {
    expect(shotGroupsByRank([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]).join()).toBe(
      'many,many,many,medium,medium,medium,medium,few,few,few',
    );
    expect(tally(shotGroupsByRank(new Array(100).fill(1)))).toEqual([30, 40, 30]);
  });

  it('refuses sizes that do not add up', () => {
    expect(() => shotGroupsByRank([1, 2], [1, 0, 0])).toThrow(
      expect.objectContaining({ code: 'DATASETS_BAD_OPTION' }),
    );
  });
});
