import { expect } from 'vitest';

/** Numbers that look random, in −1..1, the same on every run: the fractional parts of a chaotic sine. */
export function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const wave = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (wave - Math.floor(wave)) - 1;
  });
}

/** Central differences of a function of several numbers. */
export function numericGradient(f: (x: Float32Array) => number, at: Float32Array, step: number): number[] {
  return Array.from(at, (value, i) => {
    const moved = (by: number): Float32Array => at.map((same, j) => (j === i ? value + by : same));
    return (f(moved(step)) - f(moved(-step))) / (2 * step);
  });
}

/** Every number within `tolerance` of its counterpart, relative to the largest of those expected (at least 1). */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  const errors = Array.from(actual, (value, i) => Math.abs(value - expected[i]) / scale);
  const worst = errors.reduce((most, error) => (error <= most ? most : error), 0); // NaN is the worst
  expect(worst).toBeLessThanOrEqual(tolerance);
}
