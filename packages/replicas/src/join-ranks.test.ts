import { nativeStatus } from '@evenkeel/tensorflow-node';
import { describe, expect, it } from 'vitest';
import { runSums } from './run-ranks.fixture.js';
import type { Sums } from './sums.fixture.js';

const { ready } = await nativeStatus();

describe.skipIf(!ready)(`joinRanks${ready ? '' : ' (skipped: native is not set up)'}`, () => {
  it('sums over three processes to the same bits, and names a sum that does not match', async () => {
    const ended = await runSums(3);
    const all = ended.map(({ stdout, stderr }) => {
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout) as Sums;
    });
    for (const { digests, errors, mismatch } of all) {
      expect(digests).toEqual(all[0].digests);
      expect(Math.max(...errors)).toBeLessThan(1e-6);
      expect(mismatch).toMatch(
        /EvenkeelAllReduce: another process (reduces something else here|of this reduction has ended)/,
      );
    }
    expect(all.some(({ mismatch }) => mismatch.includes('something else'))).toBe(true);
  }, 240_000);
});
