import { isEvenkeelError } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { whiteningSettings } from './options.js';
import type { WhiteningOptions } from './options.js';

function codeOf(options: object): string | undefined {
  try {
    whiteningSettings(options as WhiteningOptions);
  } catch (error) {
    return isEvenkeelError(error) ? error.code : 'another error';
  }
  return undefined;
}

describe('whiteningSettings', () => {
  it('fills in the defaults, also for options that are undefined', () => {
    const defaults = {
      method: 'zca',
      epsilon: 0.1,
      floor: 1e-5,
      iterations: 5,
      groups: 1,
      momentum: 0.1,
      statistics: 'all',
      blend: 0,
      weighting: 'rows',
      from: 0,
      affine: false,
    };
    expect(whiteningSettings()).toEqual(defaults);
    expect(whiteningSettings({ method: undefined, blend: 0.5 })).toEqual({ ...defaults, blend: 0.5 });
  });

  it.each([
    { method: 'newton', iterations: 1, groups: 4 },
    { method: 'batch-norm', affine: true },
    { epsilon: 0, momentum: 1, blend: 1 },
    { epsilon: 1, statistics: ['base', 'embedded'] },
    { weighting: 'classes', from: 0.5 },
    { from: 160 },
  ] satisfies WhiteningOptions[])('takes %j', (options) => {
    expect(codeOf(options)).toBeUndefined();
  });

  it.each([
    { method: 'pca' },
    { epsilon: -0.1 },
    { epsilon: 1.1 },
    { epsilon: Number.NaN },
    { epsilon: '0.1' },
    { floor: 0 },
    { floor: Infinity },
    { iterations: 0 },
    { iterations: 2.5 },
    { iterations: 51 },
    { groups: 0 },
    { groups: 1.5 },
    { momentum: 0 },
    { momentum: 1.5 },
    { statistics: 'base' },
    { statistics: [] },
    { statistics: [1] },
    { statistics: [''] },
    { blend: -1 },
    { blend: 2 },
    { weighting: 'balanced' },
    { from: -1 },
    { from: 1.5 },
    { affine: 1 },
    { method: null },
  ])('refuses %j', (options) => {
    expect(codeOf(options)).toBe('WHITENING_BAD_OPTION');
  });

  it.each([{ eps: 0.1 }, { toString: 1 }] as object[])('refuses the unknown option in %j', (options) => {
    expect(codeOf(options)).toBe('WHITENING_UNKNOWN_OPTION');
  });
});
