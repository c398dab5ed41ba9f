import { createRandom, normalised } from '@evenkeel/trainer-core';
import type { RandomStream } from '@evenkeel/trainer-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchQuotas } from './batch-quotas.js';
import { quotasByMates } from './round-quotas.fixture.js';

const setting = fc.record({
  shares: fc
    .array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 9 })
    .filter((weights) => weights.some((weight) => weight > 0))
    .map((weights) => normalised(weights)),
  batch: fc.integer({ min: 1, max: 40 }),
  batches: fc.integer({ min: 1, max: 70 }),
  mostEntries: fc.integer({ min: 1, max: 300 }),
  seed: fc.nat(),
});

/** Slack for the 2^-30 that expectations are kept to. */
const SLACK = 1e-5;

/** All quotas, `[batches][blocks]`. */
function all(quotas: BatchQuotas, batches: number): number[][] {
  return Array.from({ length: batches }, () => {
    const row = new Array<number>(quotas.draws.length).fill(0);
    quotas.next((block, quota) => (row[block] += quota));
    return row;
  });
}

/** The same as text-book recursion: a group, its halves, their halves. */
function slowly(expected: Float64Array, batches: number, size: number, random: RandomStream): number[][] {
  const groups = Math.ceil(batches / size);
  const inGroup = expected.map((images) => images * size);
  const quotas = quotasByMates(inGroup, groups, random);
  return Array.from({ length: groups }, (_, group) => {
    let level = [[...quotas.subarray(group * expected.length, (group + 1) * expected.length)]];
    for (let left = size; left > 1; left /= 2) level = level.flatMap((whole) => halves(whole, random));
    return level;
  })
    .flat()
    .slice(0, batches);
}

function halves(whole: readonly number[], random: RandomStream): number[][] {
  const odd = [...whole.keys()].filter((block) => whole[block] % 2 === 1);
  const raised = new Set<number>();
  for (let pair = 0; pair < odd.length; pair += 2) raised.add(odd[pair + 1 - (random.uint32() & 1)]);
  const first = whole.map((quota, block) => Math.floor(quota / 2) + (raised.has(block) ? 1 : 0));
  return [first, whole.map((quota, block) => quota - first[block])];
}

describe('BatchQuotas', () => {
  it('are those of the matrix rounding, entry by entry, where it is small', () => {
    fc.assert(
      fc.property(setting, ({ shares, batch, batches, seed }) => {
        const expected = shares.map((share) => share * batch);
        const [random, before] = [createRandom(seed), createRandom(seed)];
        const quotas = new BatchQuotas(expected, batches, random);
        expect(quotas.groupSize).toBe(1);
        expect(all(quotas, batches).flat()).toEqual([...quotasByMates(expected, batches, before)]);
        expect(random.position).toBe(before.position);
      }),
    );
  });

  it('are those of groups halved one after the other where it is not, and draw as much', () => {
    fc.assert(
      fc.property(setting, ({ shares, batch, batches, mostEntries, seed }) => {
        const expected = shares.map((share) => share * batch);
        const [random, before] = [createRandom(seed), createRandom(seed)];
        const quotas = new BatchQuotas(expected, batches, random, mostEntries);
        const received = all(quotas, batches);
        const { groupSize } = quotas;
        if (groupSize > 1)
          expect(Math.ceil((2 * batches) / groupSize) * shares.length).toBeGreaterThan(mostEntries);
        // Coins of all halves of a group are drawn level by level.
        expect(received).toEqual(slowly(expected, batches, groupSize, before));
        expect(random.position).toBe(before.position);
      }),
    );
  });

  it('fill every batch, each being its expectation rounded down or up, whatever is rounded together', () => {
    fc.assert(
      fc.property(setting, ({ shares, batch, batches, mostEntries, seed }) => {
        const expected = shares.map((share) => share * batch);
        const quotas = new BatchQuotas(expected, batches, createRandom(seed), mostEntries);
        for (const row of all(quotas, batches)) {
          expect(row.reduce((sum, quota) => sum + quota, 0)).toBe(batch);
          row.forEach((quota, block) => {
            expect(quota).toBeGreaterThanOrEqual(Math.floor(expected[block] + SLACK));
            expect(quota).toBeLessThanOrEqual(Math.ceil(expected[block] - SLACK));
          });
        }
      }),
    );
  });

  it('stay within 1 of the expectation at the ends of groups, and within 1.2 + k / 3 elsewhere', () => {
    fc.assert(
      fc.property(setting, ({ shares, batch, batches, mostEntries, seed }) => {
        const expected = shares.map((share) => share * batch);
        const quotas = new BatchQuotas(expected, batches, createRandom(seed), mostEntries);
        const within = 1.2 + Math.log2(quotas.groupSize) / 3;
        const drift = new Array<number>(expected.length).fill(0);
        all(quotas, batches).forEach((row, place) => {
          const atEnd = (place + 1) % quotas.groupSize === 0;
          row.forEach((quota, block) => {
            drift[block] += quota - expected[block];
            expect(Math.abs(drift[block])).toBeLessThan((atEnd ? 1 : within) + SLACK);
          });
        });
      }),
    );
  });

  it('are unbiased in every single batch of a group', () => {
    const expected = Float64Array.of(0.15, 2.6, 0.7, 1.55);
    const [seeds, batches] = [4000, 6];
    const mean = new Float64Array(batches * expected.length);
    for (let seed = 0; seed < seeds; seed++) {
      const quotas = new BatchQuotas(expected, batches, createRandom(seed), 8);
      expect(quotas.groupSize).toBe(4);
      all(quotas, batches)
        .flat()
        .forEach((quota, at) => (mean[at] += quota / seeds));
    }
    // A quota's standard deviation is at most 1/2, that of the mean 0.008.
    mean.forEach((value, at) => expect(Math.abs(value - expected[at % 4])).toBeLessThan(0.035));
  });

  it('know how many images of a block they can ask for', () => {
    fc.assert(
      fc.property(setting, ({ shares, batch, batches, mostEntries, seed }) => {
        const quotas = new BatchQuotas(
          shares.map((share) => share * batch),
          batches,
          createRandom(seed),
          mostEntries,
        );
        const { draws, groupSize } = quotas;
        const whole = Math.ceil(batches / groupSize) * groupSize;
        expect(draws.reduce((sum, count) => sum + count, 0)).toBe(whole * batch);
        const asked = all(quotas, batches);
        draws.forEach((count, block) =>
          expect(asked.reduce((sum, row) => sum + row[block], 0)).toBeLessThanOrEqual(count),
        );
      }),
    );
  });
});
