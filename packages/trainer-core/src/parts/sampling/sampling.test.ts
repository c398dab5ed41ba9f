import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random/random-stream.js';
import { countClasses, indicesByClass, normalised } from './class-index.js';
import { classDraw } from './class-draw.js';
import { Deck } from './deck.js';
import { planFromFunction, planFromIndices } from './list-plan.js';

const stream = (seed = 1) => createRandom(seed, 'test');

describe('class index', () => {
  it('counts and lists the examples of every class', () => {
    const labels = Int32Array.of(2, 0, 2, 2, 0);
    expect(countClasses(labels, 4)).toEqual([2, 0, 3, 0]);
    expect(indicesByClass(labels, 4).map((indices) => [...indices])).toEqual([[1, 4], [], [0, 2, 3], []]);
  });

  it('normalises to a sum of 1', () => {
    expect([...normalised([1, 0, 3])]).toEqual([0.25, 0, 0.75]);
  });
});

describe('Deck', () => {
  it('deals every index once per shuffle, and keeps its own copy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), (size, seed) => {
        const indices = Int32Array.from({ length: size }, (_, i) => 3 * i);
        const deck = new Deck(indices, stream(seed));
        const rounds = Array.from({ length: 3 }, () => Array.from({ length: size }, () => deck.deal()));
        const complete = rounds.every((round) =>
          round.sort((a, b) => a - b).every((card, i) => card === 3 * i),
        );
        return complete && deck.size === size && indices.every((card, i) => card === 3 * i);
      }),
    );
  });

  it('deals in another order after each shuffle', () => {
    const deck = new Deck(
      Int32Array.from({ length: 50 }, (_, i) => i),
      stream(),
    );
    const round = () => Array.from({ length: 50 }, () => deck.deal()).join();
    expect(round()).not.toBe(round());
  });

  it('refuses to deal from nothing', () => {
    expect(() => new Deck(new Int32Array(0), stream()).deal()).toThrow('TRAINER_OPTION_EMPTY_DECK');
  });
});

describe('classDraw', () => {
  it('draws by the distribution and never a class of probability 0', () => {
    const distribution = Float64Array.of(0, 0.5, 0, 0.3, 0.2, 0);
    const draw = classDraw(distribution, stream());
    const n = 20_000;
    const counts = new Array(6).fill(0);
    for (let i = 0; i < n; i++) counts[draw()]++;
    expect([counts[0], counts[2], counts[5]]).toEqual([0, 0, 0]);
    const chi = [1, 3, 4].reduce(
      (sum, c) => sum + (counts[c] - n * distribution[c]) ** 2 / (n * distribution[c]),
      0,
    );
    expect(chi).toBeLessThan(13.8); // 99.9 % quantile of chi-square with 2 degrees of freedom
  });

  it('takes the last class at the upper end, though the shares do not quite sum to 1', () => {
    const random = { ...stream(), uniform: () => 1 - 2 ** -53 };
    expect(classDraw(new Float64Array(10).fill(0.1), random)()).toBe(9);
    expect(classDraw(Float64Array.of(0.7, 0.3, 0), random)()).toBe(1);
  });
});

describe('plans', () => {
  it('cut indices into batches, the last one shorter', () => {
    const plan = planFromIndices(Int32Array.of(5, 6, 7, 8, 9), 2, 'base');
    expect(plan.length).toBe(3);
    expect([0, 1, 2].map((place) => [...plan.batch(place).indices])).toEqual([[5, 6], [7, 8], [9]]);
    expect(plan.batch(2).tag).toBe('base');
  });

  it.each([-1, 2, 0.5, Number.NaN])('refuse batch %d of two', (place) => {
    const plan = planFromFunction(2, () => ({ tag: 'base', indices: new Int32Array(1) }));
    expect(() => plan.batch(place)).toThrow(new RangeError(`Expected a batch in 0 .. 1, received ${place}.`));
  });
});
