import { isEvenkeelError } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { b3rs } from './b3rs.js';
import type { B3rsOptions } from './b3rs-settings.js';

describe('options of b3rs', () => {
  it('are checked at the door', () => {
    const refused: [unknown, string][] = [
      [{ beta: -0.1 }, 'B3RS_BAD_OPTION'],
      [{ beta: NaN }, 'B3RS_BAD_OPTION'],
      [{ gamma: 1.1 }, 'B3RS_BAD_OPTION'],
      [{ gamma: '1' }, 'B3RS_BAD_OPTION'],
      [{ blocks: 0 }, 'B3RS_BAD_OPTION'],
      [{ blocks: [[1], [1]] }, 'B3RS_REPEATED_CLASS'],
      [{ shares: [] }, 'B3RS_BAD_OPTION'],
      [{ shares: [0, 0, 0] }, 'B3RS_BAD_OPTION'],
      [{ shares: [1, -1, 2] }, 'B3RS_BAD_OPTION'],
      [{ shares: [1, NaN, 2] }, 'B3RS_BAD_OPTION'],
      [{ shares: [1e308, 1e308, 1e308] }, 'B3RS_BAD_OPTION'],
      [{ shares: 1 }, 'B3RS_BAD_OPTION'],
      [{ shares: [1, 1, 1], beta: 1 }, 'B3RS_BETA_AND_SHARES'],
      [{ shares: [1, 1, 1], blocks: [[0], [1]] }, 'B3RS_SHARES_LENGTH'],
    ];
    for (const [options, code] of refused) {
      let caught: unknown;
      try {
        b3rs(options as B3rsOptions);
      } catch (error) {
        caught = error;
      }
      expect(isEvenkeelError(caught, code), JSON.stringify(options)).toBe(true);
    }
  });

  it('show in the description', () => {
    const words = (options?: B3rsOptions) => b3rs(options).description;
    expect(words()).toMatch(/3 blocks of equal width in log n, beta 1, gamma 0/);
    expect(words({ blocks: { by: 'log-width', blocks: 2 } })).toMatch(/2 blocks of equal width/);
    expect(words({ blocks: { by: 'quantile', blocks: 4 } })).toMatch(/4 blocks of equal numbers of classes/);
    expect(words({ blocks: { by: 'shots' } })).toMatch(/blocks by shots/);
    expect(words({ blocks: [[0], [1]] })).toMatch(/2 listed blocks/);
    expect(words({ shares: [2, 1, 0.5] })).toMatch(/in log n, shares 2 : 1 : 0.5, gamma 0/);
  });
});
