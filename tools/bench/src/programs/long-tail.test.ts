import { expect, it } from 'vitest';
import { longTail } from './long-tail.js';

it('has the images it was asked for, the first class the largest and none empty', () => {
  const counts = longTail(115_846, 1000);
  expect(counts.length).toBe(1000);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(115_846);
  expect([...counts].sort((a, b) => b - a)).toEqual(counts);
  expect(counts.at(-1)).toBeGreaterThanOrEqual(1);
});
