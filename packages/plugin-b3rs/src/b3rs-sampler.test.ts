import { countClasses } from '@evenkeel/trainer-core';
import type { EpochPlan, SamplerContext } from '@evenkeel/trainer-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { b3rsSampler } from './b3rs-sampler.js';
import { blocksOf, imagesIn } from './blocks-of.js';
import { blockShares } from './class-prior.js';
import { slowPlan } from './slow-plan.fixture.js';

/** Training data of these class counts, classes interleaved. */
function contextOf(classCounts: readonly number[], batchSize: number): SamplerContext {
  const most = Math.max(...classCounts);
  const labels = Array.from({ length: most }, (_, i) =>
    Array.from(classCounts.keys()).filter((label) => i < classCounts[label]),
  ).flat();
  return { labels: Int32Array.from(labels), classCounts, batchSize, epochs: 10 };
}

function batchesOf(plan: EpochPlan): Int32Array[] {
  return Array.from({ length: plan.length }, (_, place) => plan.batch(place).indices);
}

/** Draws of every image over batches. */
function drawsPerImage(batches: readonly Int32Array[], images: number): Int32Array {
  const draws = new Int32Array(images);
  for (const batch of batches) for (const index of batch) draws[index]++;
  return draws;
}

const setting = fc.record({
  classCounts: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }),
  batchSize: fc.integer({ min: 1, max: 40 }),
  blocks: fc.integer({ min: 1, max: 5 }),
  beta: fc.constantFrom(0, 0.5, 1),
  seed: fc.nat(),
  epoch: fc.nat(100),
});

describe('b3rsSampler', () => {
  it('plans what it planned at first, image by image', () => {
    const rules = fc.oneof(
      fc.integer({ min: 1, max: 5 }),
      fc.record({ by: fc.constant('quantile' as const), blocks: fc.integer({ min: 1, max: 12 }) }),
      fc.constant({ by: 'shots' as const, many: 30, few: 9 }),
    );
    fc.assert(
      fc.property(setting, rules, fc.constantFrom(0, 0.3, 1), (drawn, blocks, gamma) => {
        const { classCounts, batchSize, beta, seed, epoch } = drawn;
        const context = contextOf(classCounts, batchSize);
        const options = { blocks, beta, gamma };
        const batches = batchesOf(b3rsSampler(options).build(context).plan(seed, epoch));
        expect(batches.map((batch) => [...batch])).toEqual(slowPlan(options, context, seed, epoch));
      }),
    );
  });

  it('deals a class for itself as every other block, and shares by hand', () => {
    const context = contextOf([30, 12, 5, 5, 1], 7);
    const blocks = [[4], [0], [1], [3], [2]];
    for (const options of [{ blocks }, { blocks, gamma: 1 }, { blocks, shares: [1, 2, 0, 4, 5] }]) {
      const batches = batchesOf(b3rsSampler(options).build(context).plan(5, 2));
      expect(batches.map((batch) => [...batch])).toEqual(slowPlan(options, context, 5, 2));
    }
  });

  it('plans an epoch of many blocks that is too large to round at once, full and fairly', () => {
    const classCounts = Array.from({ length: 700 }, (_, at) => 1 + ((at * 37) % 11));
    const context = contextOf(classCounts, 4);
    const blocks = classCounts.map((_, label) => [label]);
    const batches = batchesOf(b3rsSampler({ blocks }).build(context).plan(1, 0)); // 700 × 1046 entries
    expect(batches.every((batch) => batch.length === 4)).toBe(true);
    const draws = new Int32Array(700);
    for (const batch of batches) {
      expect(new Set(batch.map((index) => context.labels[index])).size).toBe(4); // 0.0057 of each: none twice
      for (const index of batch) draws[context.labels[index]]++;
    }
    const expected = (batches.length * 4) / 700;
    for (const count of draws) expect(Math.abs(count - expected)).toBeLessThan(2);
  });

  it('makes as many batches as the instance-balanced sampler, all of them full', () => {
    fc.assert(
      fc.property(
        setting,
        fc.constantFrom(0, 0.5, 1),
        ({ classCounts, batchSize, seed, epoch, ...options }, gamma) => {
          const context = contextOf(classCounts, batchSize);
          const sampler = b3rsSampler({ ...options, gamma }).build(context);
          const plan = sampler.plan(seed, epoch);
          expect(plan.length).toBe(Math.ceil(context.labels.length / batchSize));
          expect(plan.length).toBe(sampler.batchesIn(epoch));
          for (const batch of batchesOf(plan)) expect(batch.length).toBe(batchSize);
          expect(plan.batch(0).tag).toBe('balanced');
          expect(sampler.tags).toEqual(['balanced']);
        },
      ),
    );
  });

  it('keeps every block within 1 of its expected images from the first batch on', () => {
    fc.assert(
      fc.property(
        setting,
        fc.constantFrom(0, 1),
        ({ classCounts, batchSize, seed, epoch, ...options }, gamma) => {
          const context = contextOf(classCounts, batchSize);
          const blocks = blocksOf(classCounts, options.blocks);
          const shares = blockShares(blocks, classCounts, options.beta);
          const drawn = shares.map(() => 0);
          batchesOf(
            b3rsSampler({ ...options, gamma })
              .build(context)
              .plan(seed, epoch),
          ).forEach((batch, place) => {
            const counts = countClasses(
              batch.map((index) => context.labels[index]),
              classCounts.length,
            );
            blocks.forEach((block, b) => {
              drawn[b] += imagesIn(block, counts);
              expect(Math.abs(drawn[b] - shares[b] * batchSize * (place + 1))).toBeLessThan(1 + 1e-6);
            });
          });
        },
      ),
    );
  });

  it('repeats no image of a block before every other was drawn (gamma = 0)', () => {
    fc.assert(
      fc.property(setting, ({ classCounts, batchSize, seed, epoch, ...options }) => {
        const context = contextOf(classCounts, batchSize);
        const batches = batchesOf(b3rsSampler(options).build(context).plan(seed, epoch));
        for (let upTo = 1; upTo <= batches.length; upTo++) {
          const draws = drawsPerImage(batches.slice(0, upTo), context.labels.length);
          for (const block of blocksOf(classCounts, options.blocks)) {
            const ofBlock = draws.filter((_, index) => block.includes(context.labels[index]));
            expect(Math.max(...ofBlock) - Math.min(...ofBlock)).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('balances the classes of a block, and the images of a class, at every batch (gamma = 1)', () => {
    fc.assert(
      fc.property(setting, ({ classCounts, batchSize, seed, epoch, ...options }) => {
        const context = contextOf(classCounts, batchSize);
        const batches = batchesOf(
          b3rsSampler({ ...options, gamma: 1 })
            .build(context)
            .plan(seed, epoch),
        );
        for (let upTo = 1; upTo <= batches.length; upTo++) {
          const draws = drawsPerImage(batches.slice(0, upTo), context.labels.length);
          for (const block of blocksOf(classCounts, options.blocks)) {
            const perClass = block.map((label) => {
              const ofClass = draws.filter((_, index) => context.labels[index] === label);
              expect(Math.max(...ofClass) - Math.min(...ofClass)).toBeLessThanOrEqual(1);
              return ofClass.reduce((sum, count) => sum + count, 0);
            });
            expect(Math.max(...perClass) - Math.min(...perClass)).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('draws classes as its prior says, for every beta and gamma', () => {
    const classCounts = [120, 40, 30, 9, 4, 1];
    const context = contextOf(classCounts, 16);
    for (const [beta, gamma] of [
      [0, 0],
      [1, 0],
      [0.5, 0.5],
      [1, 1],
      [0, 1],
      [1, 0.3],
    ]) {
      const sampler = b3rsSampler({ beta, gamma }).build(context);
      const prior = sampler.classPrior('balanced', 0);
      const epochs = 60;
      const mean = new Float64Array(classCounts.length);
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (const batch of batchesOf(sampler.plan(3, epoch)))
          for (const index of batch) mean[context.labels[index]] += 1 / (epochs * 13 * 16);
      }
      // 12,480 draws: independent ones would deviate by 0.0045 (one standard deviation at a share of 1/2).
      mean.forEach((share, label) => expect(Math.abs(share - prior[label])).toBeLessThan(0.006));
    }
  });

  it('plans purely: the same seed and epoch give the same batches, in any order of asking', () => {
    const context = contextOf([50, 20, 5], 8);
    const all = (seed: number, epoch: number) => batchesOf(b3rsSampler().build(context).plan(seed, epoch));
    const sampler = b3rsSampler().build(context);
    const later = batchesOf(sampler.plan(1, 4));
    expect(batchesOf(sampler.plan(1, 0))).toEqual(all(1, 0));
    expect(later).toEqual(all(1, 4));
    expect(all(1, 0)).not.toEqual(all(1, 1));
    expect(all(1, 0)).not.toEqual(all(2, 0));
    const plan = sampler.plan(1, 0);
    expect(plan.batch(7)).toEqual(plan.batch(7));
  });

  it('knows the prior of its own tag only', () => {
    const sampler = b3rsSampler().build(contextOf([50, 20, 5], 8));
    expect(() => sampler.classPrior('base', 0)).toThrow(/B3RS_UNKNOWN_TAG/);
  });

  it('does not order a batch by blocks', () => {
    const context = contextOf([64, 8], 16);
    const labels = batchesOf(b3rsSampler({ blocks: 2 }).build(context).plan(1, 0)).map((batch) =>
      batch.map((index) => context.labels[index]).join(''),
    );
    expect(new Set(labels).size).toBeGreaterThan(1);
  });
});
