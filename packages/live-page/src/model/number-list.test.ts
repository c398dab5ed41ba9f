import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packNumbers, unpackNumbers } from './number-list.js';

const value = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

describe('packNumbers', () => {
  it('keeps 4 digits of short lists, and what is missing', () => {
    expect(packNumbers([1.23456, null, -0.000123456, 0, NaN])).toEqual([1.235, null, -0.0001235, 0, null]);
    expect([...unpackNumbers([1, null])]).toEqual([1, NaN]);
  });

  it('keeps long lists within half a step of 1/254 of their range', () => {
    const long = fc.array(value, { minLength: 2049, maxLength: 3000 });
    fc.assert(
      fc.property(long, (values) => {
        const packed = packNumbers(values);
        expect(packed).toHaveProperty('bytes');
        const unpacked = unpackNumbers(packed);
        const present = values.filter((each) => each !== null);
        const step = (Math.max(...present) - Math.min(...present)) / 254;
        expect(unpacked).toHaveLength(values.length);
        const missing = values.map((each, at) => (each === null) === Number.isNaN(unpacked[at]));
        expect(missing).not.toContain(false);
        const errors = values.map((each, at) => (each === null ? 0 : Math.abs(unpacked[at] - each)));
        expect(Math.max(...errors)).toBeLessThanOrEqual(step / 2 + 1e-6);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps long lists of one value, and of none', () => {
    expect(new Set(unpackNumbers(packNumbers(new Array<number>(3000).fill(7))))).toEqual(new Set([7]));
    expect(new Set(unpackNumbers(packNumbers(new Array<null>(3000).fill(null))))).toEqual(new Set([NaN]));
  });
});
