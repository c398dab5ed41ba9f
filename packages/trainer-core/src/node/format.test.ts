import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatShare } from './format.js';

describe('formats', () => {
  it.each([
    [0.4, '0s'],
    [59.6, '1m 00s'],
    [125, '2m 05s'],
    [3599.7, '1h 00m'],
    [7380, '2h 03m'],
    [Number.NaN, '?'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('shows shares', () => {
    expect(formatShare(0.1234)).toBe('12.3%');
    expect(formatShare(null)).toBe('-');
  });

  it('shows memory', () => {
    expect([850.4e6, 999.6e6, 2.14e9].map(formatBytes)).toEqual(['850 MB', '1000 MB', '2.1 GB']);
  });
});
