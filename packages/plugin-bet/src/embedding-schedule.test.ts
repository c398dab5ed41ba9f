import { isEvenkeelError } from '@evenkeel/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddedPlaces, embeddingSchedule } from './embedding-schedule.js';
import type { EmbeddingOptions } from './embedding-schedule.js';
import { placesOneByOne } from './places-one-by-one.fixture.js';

const places = (options: EmbeddingOptions, baseBatches: number, epoch = 0) =>
  embeddedPlaces(embeddingSchedule(options), baseBatches, epoch).join('');
const sum = (values: Uint8Array) => values.reduce((total, value) => total + value, 0);

const options = fc.record({
  every: fc.integer({ min: 1, max: 9 }),
  burst: fc.integer({ min: 1, max: 4 }),
  from: fc.integer({ min: 0, max: 4 }),
  ramp: fc.integer({ min: 0, max: 5 }),
});
const baseBatches = fc.integer({ min: 0, max: 200 });
const epoch = fc.integer({ min: 0, max: 12 });

describe('embeddedPlaces', () => {
  it('puts a burst after every few base batches (by hand)', () => {
    expect(places({}, 12)).toBe('000010000100');
    expect(places({ length: 'extend' }, 9)).toBe('00001000010');
    expect(places({ every: 2, burst: 2 }, 9)).toBe('001100110');
    expect(places({ every: 2, burst: 2, length: 'extend' }, 5)).toBe('001100110');
    expect(places({ every: 1 }, 5)).toBe('01010');
  });

  it('embeds within from .. until only', () => {
    const options = { every: 1, from: 2, until: 4 };
    expect([1, 2, 3, 4].map((epoch) => places(options, 2, epoch))).toEqual(['00', '01', '01', '00']);
  });

  it('rises linearly over the ramp (by hand)', () => {
    const options: EmbeddingOptions = { every: 1, ramp: 4 };
    expect([0, 1, 2, 3, 4, 5].map((epoch) => places(options, 16, epoch))).toEqual([
      '0000000000000000',
      '0000000100000001',
      '0001000100010001',
      '0001010100010101',
      '0101010101010101',
      '0101010101010101',
    ]);
    expect(places({ ...options, length: 'extend' }, 8, 2)).toBe('001001001001');
  });

  it('puts them where the definition does, place by place', () => {
    const length = fc.constantFrom('keep' as const, 'extend' as const);
    fc.assert(
      fc.property(options, length, baseBatches, epoch, (options, length, batches, epoch) => {
        const schedule = embeddingSchedule({ ...options, length });
        expect([...embeddedPlaces(schedule, batches, epoch)]).toEqual(
          placesOneByOne(schedule, batches, epoch),
        );
      }),
    );
  });

  it('embeds exactly the share that is due (keep)', () => {
    fc.assert(
      fc.property(options, baseBatches, epoch, (options, batches, epoch) => {
        const { every, burst, from, ramp } = options;
        const all = embeddedPlaces(embeddingSchedule(options), batches, epoch);
        expect(all.length).toBe(batches);
        const risen = epoch < from ? 0 : Math.min(epoch - from, ramp);
        const bursts = Math.floor(batches / (every + burst));
        const whole = all.subarray(0, bursts * (every + burst));
        const due = epoch < from ? 0 : ramp === 0 ? bursts : Math.floor((bursts * risen) / ramp);
        expect(sum(whole)).toBe(burst * due);
      }),
    );
  });

  it('keeps every base batch and adds exactly the share that is due (extend)', () => {
    fc.assert(
      fc.property(options, baseBatches, epoch, (options, batches, epoch) => {
        const { every, burst, from, ramp } = options;
        const all = embeddedPlaces(embeddingSchedule({ ...options, length: 'extend' }), batches, epoch);
        const bursts = Math.floor(batches / every);
        const due =
          epoch < from ? 0 : ramp === 0 ? bursts : Math.floor((bursts * Math.min(epoch - from, ramp)) / ramp);
        expect(sum(all)).toBe(burst * due);
        expect(all.length).toBe(batches + burst * due);
      }),
    );
  });

  it('embeds nothing with every: Infinity', () => {
    fc.assert(
      fc.property(baseBatches, fc.constantFrom('keep' as const, 'extend' as const), (batches, length) => {
        expect(places({ every: Infinity, length }, batches)).toBe('0'.repeat(batches));
      }),
    );
  });
});

describe('embeddingSchedule', () => {
  it('fills in the defaults', () => {
    expect(embeddingSchedule()).toEqual({
      every: 4,
      burst: 1,
      from: 0,
      until: Infinity,
      ramp: 0,
      length: 'keep',
    });
  });

  it.each([
    { every: 0 },
    { every: 1.5 },
    { every: NaN },
    { burst: 0 },
    { burst: Infinity },
    { from: -1 },
    { from: 3, until: 2 },
    { until: 0.5 },
    { ramp: -1 },
    { ramp: Infinity },
    { length: 'grow' },
  ])('refuses %j', (options) => {
    let caught: unknown;
    try {
      embeddingSchedule(options as EmbeddingOptions);
    } catch (error) {
      caught = error;
    }
    expect(isEvenkeelError(caught, 'BET_BAD_OPTION')).toBe(true);
  });
});
