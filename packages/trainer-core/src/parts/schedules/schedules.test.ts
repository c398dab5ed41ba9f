import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../contract/step.js';
import { constant } from './constant.js';
import { cosine } from './cosine.js';
import { multiStep } from './multi-step.js';
import { oneCycle } from './one-cycle.js';

/** The learning rate of every step of a run. */
function rates(schedule: Schedule, epochs: number, batchesPerEpoch: number): number[] {
  return Array.from({ length: epochs * batchesPerEpoch }, (_, step) =>
    schedule.learningRate({
      epoch: Math.floor(step / batchesPerEpoch),
      batch: step % batchesPerEpoch,
      batchesPerEpoch,
      epochs,
    }),
  );
}

function expectClose(received: readonly number[], expected: readonly number[]): void {
  expect(received.length).toBe(expected.length);
  expected.forEach((value, place) => expect(received[place]).toBeCloseTo(value, 11));
}

describe('constant', () => {
  it('never changes', () => {
    expect(rates(constant(0.3), 2, 2)).toEqual([0.3, 0.3, 0.3, 0.3]);
  });
});

describe('multiStep', () => {
  it('follows the published rule of LDAM-DRW in all 200 epochs', () => {
    // Its adjust_learning_rate, with e counted from 1.
    const published = (e: number) => {
      if (e <= 5) return (0.1 * e) / 5;
      if (e > 180) return 0.1 * 0.0001;
      if (e > 160) return 0.1 * 0.01;
      return 0.1;
    };
    const schedule = multiStep({ base: 0.1, warmupEpochs: 5, drops: { 160: 0.01, 180: 0.01 } });
    expectClose(
      rates(schedule, 200, 1),
      Array.from({ length: 200 }, (_, epoch) => published(epoch + 1)),
    );
  });

  it('keeps its rate within an epoch, drops cumulatively and needs no drops', () => {
    const schedule = multiStep({ base: 1, drops: { 2: 0.5, 1: 0.5 } });
    expect(rates(schedule, 3, 2)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
    expect(rates(multiStep({ base: 2 }), 2, 1)).toEqual([2, 2]);
  });
});

describe('cosine', () => {
  it('equals CosineAnnealingLR', () => {
    // torch 2.15: CosineAnnealingLR(SGD(lr=0.2), T_max=6, eta_min=0.01), rate before each of six steps
    const golden = [0.2, 0.18727241336, 0.1525, 0.105, 0.0575, 0.0227275866405];
    expectClose(rates(cosine({ base: 0.2, final: 0.01 }), 3, 2), golden);
  });

  it('warms up step by step, reaching the base with the last warm-up step', () => {
    const all = rates(cosine({ base: 1, warmupEpochs: 1 }), 3, 4);
    expectClose(all.slice(0, 5), [0.25, 0.5, 0.75, 1, 1]);
    expectClose(all.slice(8, 9), [0.5]);
  });

  it('stays between its bounds and falls after the warm-up', () => {
    const positive = { min: 1, max: 20 };
    fc.assert(
      fc.property(
        fc.integer(positive),
        fc.integer(positive),
        fc.integer({ min: 0, max: 25 }),
        (epochs, batches, warmupEpochs) => {
          const all = rates(cosine({ base: 1, final: 0.1, warmupEpochs }), epochs, batches);
          const tail = all.slice(warmupEpochs * batches);
          return (
            all.every((rate) => rate > 0 && rate <= 1) &&
            tail.every((rate, i) => rate >= 0.1 && (i === 0 || rate <= tail[i - 1]))
          );
        },
      ),
    );
  });
});

describe('oneCycle', () => {
  // torch 2.15: OneCycleLR(SGD, max_lr=0.4, total_steps=T, …), rate before each step
  it.each([
    [
      'its defaults',
      { peak: 0.4 },
      [2, 5],
      [
        0.016, 0.208, 0.4, 0.380193852805, 0.32469826158, 0.244504808775, 0.155496791225, 0.0753033384201,
        0.0198077471946, 1.6e-6,
      ],
    ],
    [
      'pct_start=0.5, div_factor=10, final_div_factor=100',
      { peak: 0.4, warmupFraction: 0.5, initialDivisor: 10, finalDivisor: 100 },
      [1, 7],
      [0.04, 0.164376941013, 0.365623058987, 0.380213579807, 0.244659682604, 0.0756267375886, 0.0004],
    ],
    ['a run shorter than its rise', { peak: 0.4 }, [3, 1], [0.39776617418, 0.185054841067, 1.6e-6]],
  ] as const)('equals OneCycleLR with %s', (_name, options, [epochs, batches], golden) => {
    expectClose(rates(oneCycle(options), epochs, batches), golden);
  });

  it('is at its peak where the rise takes one step, and ends at its last rate in a run of one step', () => {
    expect(rates(oneCycle({ peak: 1, warmupFraction: 0.25 }), 1, 4)[0]).toBe(1);
    expectClose(rates(oneCycle({ peak: 1 }), 1, 1), [1 / 25e4]);
  });
});
