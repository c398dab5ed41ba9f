import type { TrainerEvent } from '@evenkeel/trainer-core';
import { expect, it } from 'vitest';
import { GridClock } from './grid-clock.js';

let now = 0;
const event = (fields: object) => fields as TrainerEvent;
const start = (batches: number, step = 0) => event({ type: 'fit-start', batches, position: { step } });
const batches = (clock: GridClock, count: number, ms: number) => {
  for (let at = 0; at < count; at++) {
    now += ms;
    clock.follow(event({ type: 'batch-end' }));
  }
};

it('guesses by the pace of all cells so far', () => {
  now = 0;
  const clock = new GridClock(3, () => now);
  expect(clock.left).toBeNaN();
  clock.follow(start(10));
  batches(clock, 5, 1000);
  expect(clock.left).toBeCloseTo(25);
  batches(clock, 5, 1000);
  clock.end();
  expect([clock.spent, clock.left]).toEqual([10, 20]);
});

it('does not count what an earlier call has done as fast work', () => {
  now = 0;
  const clock = new GridClock(2, () => now);
  clock.follow(start(10, 8));
  batches(clock, 2, 1000);
  expect(clock.left).toBeCloseTo(10);
  clock.end();
  expect(clock.left).toBeCloseTo(10);
});
