import { createRandom, normalised } from '@evenkeel/trainer-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotasByMates } from './round-quotas.fixture.js';
import { roundQuotas } from './round-quotas.js';

const shares = fc
  .array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights) => normalised(weights));
const setting = fc.record({
  shares,
  batch: fc.integer({ min: 1, max: 300 }),
  rows: fc.integer({ min: 1, max: 60 }),
  seed: fc.nat(),
});

/** Slack for the 2^-30 that expectations are kept to, over 60 rows. */
const SLACK = 1e-6;

describe('roundQuotas', () => {
  it('gives the quotas that it gave when it was written, and draws as much', () => {
    fc.assert(
      fc.property(setting, ({ shares, batch, rows, seed }) => {
        const expected = shares.map((share) => share * batch);
        const [random, before] = [createRandom(seed), createRandom(seed)];
        expect(roundQuotas(expected, rows, random)).toEqual(quotasByMates(expected, rows, before));
        expect(random.position).toBe(before.position);
      }),
    );
    const many = Float64Array.from({ length: 300 }, (_, at) => (128 * 2 * (at + 1)) / (300 * 301));
    expect(roundQuotas(many, 200, createRandom(7))).toEqual(quotasByMates(many, 200, createRandom(7)));
  });

  it('fills every batch exactly, each quota being its expectation rounded down or up', () => {
    fc.assert(
      fc.property(setting, ({ shares, batch, rows, seed }) => {
        const expected = shares.map((share) => share * batch);
        const quotas = roundQuotas(expected, rows, createRandom(seed));
        expect(quotas.length).toBe(rows * expected.length);
        for (let row = 0; row < rows; row++) {
          const drawn = quotas.subarray(row * expected.length, (row + 1) * expected.length);
          expect(drawn.reduce((sum, quota) => sum + quota, 0)).toBe(batch);
          drawn.forEach((quota, b) => {
            expect(quota).toBeGreaterThanOrEqual(Math.floor(expected[b] + SLACK));
            expect(quota).toBeLessThanOrEqual(Math.ceil(expected[b] - SLACK));
          });
        }
      }),
    );
  });

  it('stays within 1 of the expectation from the first batch on, and within 2 over any run of batches', () => {
    fc.assert(
      fc.property(setting, ({ shares, batch, rows, seed }) => {
        const expected = shares.map((share) => share * batch);
        const quotas = roundQuotas(expected, rows, createRandom(seed));
        for (let b = 0; b < expected.length; b++) {
          let drift = 0;
          let highest = 0;
          let lowest = 0;
          for (let row = 0; row < rows; row++) {
            drift += quotas[row * expected.length + b] - expected[b];
            highest = Math.max(highest, drift);
            lowest = Math.min(lowest, drift);
          }
          expect(Math.max(highest, -lowest)).toBeLessThan(1 + SLACK);
          expect(highest - lowest).toBeLessThan(2 + SLACK);
        }
      }),
    );
  });

  it('gives every block with at least one image per batch a place in every batch', () => {
    fc.assert(
      fc.property(setting, ({ shares, batch, rows, seed }) => {
        const expected = shares.map((share) => share * batch);
        roundQuotas(expected, rows, createRandom(seed)).forEach((quota, at) => {
          if (expected[at % expected.length] >= 1) expect(quota).toBeGreaterThanOrEqual(1);
        });
      }),
    );
  });

  it('is unbiased in every single batch, so no block is favoured at the beginning of an epoch', () => {
    const expected = Float64Array.of(0.15, 2.6, 0.7, 1.55);
    const seeds = 4000;
    const mean = new Float64Array(5 * expected.length);
    for (let seed = 0; seed < seeds; seed++) {
      roundQuotas(expected, 5, createRandom(seed)).forEach((quota, at) => (mean[at] += quota / seeds));
    }
    // A quota's standard deviation is at most 1/2, that of the mean 0.008.
    mean.forEach((value, at) => expect(Math.abs(value - expected[at % 4])).toBeLessThan(0.035));
  });

  it('depends on the stream only', () => {
    const expected = Float64Array.of(1 / 3, 1 / 6, 1 / 2);
    const quotas = (seed: number) => roundQuotas(expected, 30, createRandom(seed));
    expect(quotas(1)).toEqual(quotas(1));
    expect(quotas(1)).not.toEqual(quotas(2));
  });

  it('leaves whole expectations as they are', () => {
    expect(Array.from(roundQuotas(Float64Array.of(2, 0, 5), 2, createRandom(1)))).toEqual([2, 0, 5, 2, 0, 5]);
  });
});

describe('an error below 1 over any run of batches', () => {
  it('cannot be had: shares 1/2, 1/3, 1/6 of single-image batches admit no such sequence of 6', () => {
    const shares = [1 / 2, 1 / 3, 1 / 6];
    const fits = (sequence: readonly number[]): boolean =>
      sequence.every((_, start) =>
        shares.every((share, block) => {
          const run = sequence.slice(start);
          const drawn = run.filter((entry) => entry === block).length;
          return Math.abs(drawn - share * run.length) < 1 - 1e-9;
        }),
      );
    let sequences: number[][] = [[]];
    for (let length = 1; length <= 6; length++) {
      sequences = sequences.flatMap((sequence) =>
        shares.map((_, block) => [...sequence, block]).filter(fits),
      );
      if (length === 2) expect(sequences.length).toBeGreaterThan(0);
    }
    expect(sequences).toEqual([]);
  });
});
