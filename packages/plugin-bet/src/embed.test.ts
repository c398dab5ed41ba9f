import { isEvenkeelError } from '@evenkeel/errors';
import { createRandom, normalised, planFromIndices } from '@evenkeel/trainer-core';
import type { BatchPlan, EpochPlan, SamplerContext, SamplerDefinition } from '@evenkeel/trainer-core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { embed } from './embed.js';
import { embeddingSchedule } from './embedding-schedule.js';

/** A sampler that shuffles all examples; its prior tells it apart. */
function shuffling(
  name: string,
  weights: readonly number[],
  tags: readonly string[] = ['base'],
): SamplerDefinition {
  return {
    name,
    build: ({ labels, batchSize }) => ({
      name,
      tags,
      batchesIn: () => Math.ceil(labels.length / batchSize),
      plan: (seed, epoch) =>
        planFromIndices(
          createRandom(seed, name, epoch).shuffle(Int32Array.from(labels.keys())),
          batchSize,
          tags[0],
        ),
      classPrior: (_tag, epoch) => normalised(weights.map((weight) => weight + epoch)),
    }),
  };
}

const base = shuffling('plain', [9, 1]);
const balanced = shuffling('even', [1, 1], ['balanced']);
const context = (examples: number): SamplerContext => ({
  labels: new Int32Array(examples),
  classCounts: [examples, 0],
  batchSize: 3,
  epochs: 5,
});
const batchesOf = (plan: EpochPlan): BatchPlan[] =>
  Array.from({ length: plan.length }, (_, place) => plan.batch(place));

const setting = fc.record({
  options: fc.record({
    every: fc.integer({ min: 1, max: 6 }),
    burst: fc.integer({ min: 1, max: 6 }),
    ramp: fc.integer({ min: 0, max: 3 }),
    length: fc.constantFrom('keep' as const, 'extend' as const),
  }),
  examples: fc.integer({ min: 22, max: 120 }), // room for a burst in some epoch
  seed: fc.nat(),
  epoch: fc.integer({ min: 0, max: 4 }),
});

describe('embed', () => {
  it('keeps the base batches in base order, and all of them when epochs grow', () => {
    fc.assert(
      fc.property(setting, ({ options, examples, seed, epoch }) => {
        const schedule = embeddingSchedule(options);
        const sampler = embed(base, balanced, schedule).build(context(examples));
        const plan = sampler.plan(seed, epoch);
        expect(plan.length).toBe(sampler.batchesIn(epoch));
        const kept = batchesOf(plan).filter((batch) => batch.tag === 'base');
        const plain = batchesOf(base.build(context(examples)).plan(seed, epoch));
        if (options.length === 'extend') expect(kept).toEqual(plain);
        else {
          expect(plan.length).toBe(plain.length);
          expect(kept).toEqual(plain.slice(0, kept.length));
        }
      }),
    );
  });

  it('takes embedded batches from the balanced sampler: every image once before any comes again', () => {
    fc.assert(
      fc.property(setting, ({ options, examples, seed, epoch }) => {
        const sampler = embed(base, balanced, embeddingSchedule(options)).build(context(examples));
        const embedded = batchesOf(sampler.plan(seed, epoch)).filter((batch) => batch.tag === 'embedded');
        const draws = new Int32Array(examples);
        for (const { indices } of embedded) for (const index of indices) draws[index]++;
        expect(Math.max(...draws) - Math.min(...draws)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('does not embed the very batches of the base sampler when both are of one kind', () => {
    const sampler = embed(base, base, embeddingSchedule({ every: 1 })).build(context(120));
    const [first, second] = batchesOf(sampler.plan(1, 0));
    expect([first.tag, second.tag]).toEqual(['base', 'embedded']);
    expect(second.indices).not.toEqual(first.indices);
  });

  it('plans purely, in any order of asking', () => {
    fc.assert(
      fc.property(setting, ({ options, examples, seed, epoch }) => {
        const make = () => embed(base, balanced, embeddingSchedule(options)).build(context(examples));
        const sampler = make();
        sampler.plan(seed, epoch + 1);
        const plan = sampler.plan(seed, epoch);
        const backwards = batchesOf(plan).map((_, i) => plan.batch(plan.length - 1 - i));
        expect(backwards.reverse()).toEqual(batchesOf(make().plan(seed, epoch)));
      }),
    );
  });

  it('is the base sampler exactly when nothing is embedded', () => {
    for (const options of [{ every: Infinity }, { until: 0 }]) {
      const sampler = embed(base, balanced, embeddingSchedule(options)).build(context(50));
      const plain = base.build(context(50));
      for (let epoch = 0; epoch < 5; epoch++)
        expect(batchesOf(sampler.plan(7, epoch))).toEqual(batchesOf(plain.plan(7, epoch)));
    }
  });

  it("gives every tag its own sampler's prior", () => {
    const sampler = embed(base, balanced, embeddingSchedule()).build(context(15));
    expect(sampler.tags).toEqual(['base', 'embedded']);
    expect(Array.from(sampler.classPrior('base', 0))).toEqual([0.9, 0.1]);
    expect(Array.from(sampler.classPrior('base', 1))).toEqual([10 / 12, 2 / 12]);
    expect(Array.from(sampler.classPrior('embedded', 1))).toEqual([0.5, 0.5]);
  });

  it.each([
    ['epochs shorter than a group', { every: 17 }],
    ['a first epoch after the last', { from: 5 }],
    ['a ramp that only begins', { from: 4, ramp: 2 }],
  ])('says that nothing is embedded: %s', (_what, options) => {
    const said = vi.spyOn(console, 'warn').mockReturnValue();
    embed(base, balanced, embeddingSchedule(options)).build(context(50));
    expect(said.mock.calls.flat()).toEqual([
      expect.stringMatching(/no balanced batch.*5 epochs have at most 17 batches\. Lower 'every' or 'from'/),
    ]);
    said.mockRestore();
  });

  it('has room for a burst in the last place of an epoch', () => {
    const sampler = embed(base, balanced, embeddingSchedule({ every: 16 })).build(context(50));
    expect(batchesOf(sampler.plan(1, 0)).map(({ tag }) => tag)).toEqual([
      ...new Array<string>(16).fill('base'),
      'embedded',
    ]);
  });

  it('refuses samplers that it cannot join', () => {
    const code = (first: SamplerDefinition, second: SamplerDefinition, expected: string) => {
      let caught: unknown;
      try {
        embed(first, second, embeddingSchedule()).build(context(15));
      } catch (error) {
        caught = error;
      }
      expect(isEvenkeelError(caught, expected)).toBe(true);
    };
    code(embed(base, balanced, embeddingSchedule()), balanced, 'BET_TAG_TAKEN');
    code(base, shuffling('two', [1, 1], ['a', 'b']), 'BET_SEVERAL_TAGS');
  });
});
