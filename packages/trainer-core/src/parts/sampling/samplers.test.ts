import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sampler, SamplerContext, SamplerDefinition } from '../../contract/sampler.js';
import { createRandom } from '../../random/random-stream.js';
import { classBalanced } from './class-balanced.js';
import { countClasses } from './class-index.js';
import { instanceBalanced } from './instance-balanced.js';
import { interpolated, squareRoot } from './interpolated.js';
import { progressive } from './progressive.js';

const COUNTS = [40, 20, 8, 3, 0, 1];

/** Labels mixed up, so that indices and classes do not run together. */
function contextOf(classCounts: readonly number[], batchSize = 8, epochs = 5): SamplerContext {
  const sorted = classCounts.flatMap((count, label) => new Array<number>(count).fill(label));
  const labels = createRandom(1, 'labels').shuffle(Int32Array.from(sorted));
  return { labels, classCounts, batchSize, epochs };
}

/** The indices of all batches of an epoch. */
function drawn(sampler: Sampler, seed: number, epoch: number): number[] {
  const plan = sampler.plan(seed, epoch);
  return Array.from({ length: plan.length }, (_, place) => [...plan.batch(place).indices]).flat();
}

/** How often each class came in an epoch. */
function classesDrawn(sampler: Sampler, context: SamplerContext, epoch: number): number[] {
  const labels = Int32Array.from(drawn(sampler, 1, epoch), (index) => context.labels[index]);
  return countClasses(labels, context.classCounts.length);
}

const all: readonly (readonly [string, SamplerDefinition])[] = [
  instanceBalanced(),
  instanceBalanced({ dropLast: true }),
  classBalanced(),
  interpolated({ q: 0 }),
  interpolated({ q: 1 }),
  squareRoot(),
  progressive(),
].map((definition, i) => [`${i} ${definition.name}`, definition]);

const counts = fc
  .array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 8 })
  .filter((list) => list.some((count) => count > 0));

describe.each(all)('%s', (_name, definition) => {
  const context = contextOf(COUNTS);
  const sampler = definition.build(context);

  it('plans purely: the same for the same seed and epoch, in any order of asking', () => {
    const first = drawn(sampler, 3, 2);
    const other = definition.build(context);
    other.plan(9, 4);
    expect(drawn(other, 3, 2)).toEqual(first);
    const plan = sampler.plan(3, 2);
    const last = [...plan.batch(plan.length - 1).indices];
    expect(first.slice(-last.length)).toEqual(last);
  });

  it('plans differently for another seed and another epoch', () => {
    const plans = [drawn(sampler, 1, 0), drawn(sampler, 1, 1), drawn(sampler, 2, 0)].map(String);
    expect(new Set(plans).size).toBe(3);
  });

  it('has as many batches as it says, all tagged base', () => {
    const plan = sampler.plan(1, 0);
    expect(sampler.batchesIn(0)).toBe(plan.length);
    expect(sampler.tags).toEqual(['base']);
    expect(new Set(Array.from({ length: plan.length }, (_, i) => plan.batch(i).tag))).toEqual(
      new Set(['base']),
    );
  });

  it('publishes a prior that sums to 1, is 0 without examples and cannot be changed from outside', () => {
    fc.assert(
      fc.property(counts, fc.nat(6), (classCounts, epoch) => {
        const prior = definition.build(contextOf(classCounts, 1)).classPrior('base', epoch);
        const sum = prior.reduce((total, share) => total + share, 0);
        return Math.abs(sum - 1) < 1e-12 && classCounts.every((count, c) => prior[c] > 0 === count > 0);
      }),
    );
    sampler.classPrior('base', 0).fill(7);
    expect(Math.max(...sampler.classPrior('base', 0))).toBeLessThan(1);
  });

  it('refuses tags that it does not make', () => {
    expect(() => sampler.classPrior('embedded', 0)).toThrow(
      /TRAINER_OPTION_UNKNOWN_TAG.*'embedded'.*Ask for one of its tags: 'base'/,
    );
  });

  it('draws every class by its prior', () => {
    const big = contextOf([9000, 3000, 700, 200, 0, 100], 100, 3);
    const built = definition.build(big);
    for (const epoch of [0, 1, 2]) {
      const prior = built.classPrior('base', epoch);
      classesDrawn(built, big, epoch).forEach((count, c) => {
        const expected = 13_000 * prior[c];
        expect(Math.abs(count - expected)).toBeLessThanOrEqual(4.5 * Math.sqrt(expected * (1 - prior[c])));
      });
    }
  });
});

describe('instanceBalanced', () => {
  it('has every example once per epoch, the last batch smaller', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 12 }), fc.nat(), (classCounts, batchSize, seed) => {
        const context = contextOf(classCounts, batchSize);
        const sampler = instanceBalanced().build(context);
        const size = context.labels.length;
        const indices = drawn(sampler, seed, 1).sort((a, b) => a - b);
        return (
          indices.length === size &&
          indices.every((index, i) => index === i) &&
          sampler.batchesIn(1) === Math.ceil(size / batchSize)
        );
      }),
    );
  });

  it('takes labels in bytes as well: there are more examples than a byte can count', () => {
    const context = contextOf([200, 100]);
    const labels = Uint8Array.from(context.labels) as unknown as Int32Array;
    const bytes = instanceBalanced().build({ ...context, labels });
    expect(drawn(bytes, 1, 0)).toEqual(drawn(instanceBalanced().build(context), 1, 0));
  });

  it('leaves the short batch out with dropLast, never the same examples', () => {
    const sampler = instanceBalanced({ dropLast: true }).build(contextOf(COUNTS, 10)); // 72 examples
    expect(sampler.batchesIn(0)).toBe(7);
    const [first, second] = [0, 1].map((epoch) => new Set(drawn(sampler, 1, epoch)));
    expect([first.size, second.size]).toEqual([70, 70]);
    expect([...first].every((index) => second.has(index))).toBe(false);
  });

  it('refuses dropLast with less than one batch', () => {
    const build = () => instanceBalanced({ dropLast: true }).build(contextOf([3, 2], 8));
    expect(build).toThrow(/TRAINER_OPTION_NO_FULL_BATCH.*at least 8 training examples.*received 5/);
  });
});

describe('samplers that pick classes first', () => {
  const definitions = all.slice(2).map(([, definition]) => definition);

  it('have as many batches as the instance-balanced one, all of them full', () => {
    fc.assert(
      fc.property(
        counts,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(...definitions),
        (classCounts, batchSize, definition) => {
          const context = contextOf(classCounts, batchSize);
          const sampler = definition.build(context);
          const plan = sampler.plan(1, 0);
          return (
            plan.length === instanceBalanced().build(context).batchesIn(0) &&
            Array.from({ length: plan.length }, (_, i) => plan.batch(i).indices.length).every(
              (n) => n === batchSize,
            )
          );
        },
      ),
    );
  });

  it('deal the examples of a class evenly: counts differ by at most one', () => {
    const context = contextOf(COUNTS, 9);
    for (const definition of definitions) {
      const times = new Array<number>(context.labels.length).fill(0);
      for (const index of drawn(definition.build(context), 4, 3)) times[index]++;
      for (const label of COUNTS.keys()) {
        const own = times.filter((_, index) => context.labels[index] === label);
        if (own.length > 0) expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('classBalanced', () => {
  it('has every class exactly once in each run of C draws', () => {
    const context = contextOf(COUNTS, 10);
    const labels = drawn(classBalanced().build(context), 1, 0).map((index) => context.labels[index]);
    for (let from = 0; from + 5 <= labels.length; from += 5) {
      expect(labels.slice(from, from + 5).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 5]);
    }
  });
});

describe('special cases', () => {
  const context = contextOf(COUNTS);
  const prior = (definition: SamplerDefinition, epoch = 0, of = context) => [
    ...definition.build(of).classPrior('base', epoch),
  ];

  it('interpolated: 1 is natural, 0 is balanced, 0.5 is square-root', () => {
    expect(prior(interpolated({ q: 1 }))).toEqual(prior(instanceBalanced()));
    expect(prior(interpolated({ q: 0 }))).toEqual(prior(classBalanced()));
    expect(drawn(squareRoot().build(context), 1, 2)).toEqual(
      drawn(interpolated({ q: 0.5 }).build(context), 1, 2),
    );
    const roots = [4, 3, 2, 1];
    expect(prior(squareRoot(), 0, contextOf([16, 9, 4, 1]))).toEqual(roots.map((root) => root / 10));
  });

  it('progressive: natural in the first epoch, balanced in the last, halfway between them in the middle', () => {
    const [natural, balanced] = [instanceBalanced(), classBalanced()].map((definition) => prior(definition));
    expect(prior(progressive(), 0)).toEqual(natural);
    expect(prior(progressive(), 4)).toEqual(balanced);
    expect(prior(progressive(), 9)).toEqual(balanced);
    prior(progressive(), 2).forEach((share, c) =>
      expect(share).toBeCloseTo((natural[c] + balanced[c]) / 2, 14),
    );
    expect(prior(progressive(), 0, contextOf(COUNTS, 8, 1))).toEqual(natural);
  });
});
