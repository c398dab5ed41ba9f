import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philox4x32 } from './philox.js';
import { createRandom } from './random-stream.js';

const hex = (words: Uint32Array) => Array.from(words, (w) => w.toString(16).padStart(8, '0')).join(' ');

describe('philox4x32', () => {
  // Known answers published with the reference implementation, Random123 (file kat_vectors).
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[~0, ~0, ~0, ~0], [~0, ~0], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ])('gives the published block for %j %j', ([a, b, c, d], [k0, k1], expected) => {
    const out = new Uint32Array(4);
    philox4x32(out, a >>> 0, b >>> 0, c >>> 0, d >>> 0, k0 >>> 0, k1 >>> 0);
    expect(hex(out)).toBe(expected);
  });
});

describe('createRandom', () => {
  const draws = (n: number, ...name: (string | number)[]) => {
    const stream = createRandom(1, ...name);
    return Array.from({ length: n }, () => stream.uint32());
  };

  it('repeats for the same name and differs for any other', () => {
    expect(draws(9, 'a', 3)).toEqual(draws(9, 'a', 3));
    const names = [['a', 3], ['a', 4], ['a', '3'], ['a'], ['b', 3], ['a', 3, 0], ['ab'], ['a', 'b'], ['']];
    const firsts = names.map((name) => draws(2, ...name).join());
    expect(new Set(firsts).size).toBe(names.length);
  });

  it('can be moved to any place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), (place) => {
        const stream = createRandom(7, 'x');
        const all = Array.from({ length: 310 }, () => stream.uint32());
        stream.position = place;
        return stream.uint32() === all[place] && stream.position === place + 1;
      }),
    );
  });

  it('keeps a fork apart from its parent', () => {
    const parent = createRandom(1, 'p');
    const fork = parent.fork('c', 2);
    expect(parent.position).toBe(0);
    expect(fork.uint32()).toBe(createRandom(1, 'p', 'c', 2).uint32());
    expect(parent.uint32()).toBe(createRandom(1, 'p').uint32());
  });

  it('draws uniformly', () => {
    const stream = createRandom(3, 'u');
    const n = 20_000;
    const bins = new Array(10).fill(0);
    let normalSum = 0;
    let normalSquares = 0;
    for (let i = 0; i < n; i++) {
      const u = stream.uniform();
      expect(u >= 0 && u < 1).toBe(true);
      bins[Math.floor(u * 10)]++;
      const z = stream.normal();
      normalSum += z;
      normalSquares += z * z;
    }
    const chi = bins.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
    expect(chi).toBeLessThan(27.9); // 99.9 % quantile of chi-square with 9 degrees of freedom
    expect(Math.abs(normalSum / n)).toBeLessThan(4 / Math.sqrt(n));
    expect(normalSquares / n).toBeCloseTo(1, 1);
  });

  it('shuffles into a permutation, each order equally often', () => {
    const seen = new Map<string, number>();
    const stream = createRandom(5, 's');
    for (let i = 0; i < 6000; i++) {
      const order = stream.shuffle([0, 1, 2]).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(['012', '021', '102', '120', '201', '210']);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });

  it('gives integers below any limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0x1_0000_0000 }), fc.integer(), (limit, seed) => {
        const value = createRandom(seed, 'i').integer(limit);
        return Number.isInteger(value) && value >= 0 && value < limit;
      }),
    );
  });
});
