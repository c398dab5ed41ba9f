import { readFileSync } from 'node:fs';
import { FEATURE_TRANSFORMS } from '@evenkeel/trainer-core';
import type { SetupContext } from '@evenkeel/trainer-core';
import { describe, expect, it, vi } from 'vitest';
import { version } from './version.js';
import { whitening } from './whitening.js';

describe('whitening', () => {
  it('contributes one feature transform and nothing else', () => {
    const contribute = vi.fn();
    whitening().setup({ roles: { contribute } } as unknown as SetupContext);
    expect(contribute.mock.calls).toEqual([
      [FEATURE_TRANSFORMS, expect.objectContaining({ name: 'whitening' })],
    ]);
  });

  it('describes itself', () => {
    expect(whitening().description).toBe('zca (ε = 0.1, momentum 0.1, statistics from all batches)');
    expect(whitening({ method: 'newton', groups: 4, blend: 0.5, statistics: ['base'] }).description).toBe(
      'newton (ε = 0.1, 5 iterations, 4 groups, blend 0.5, momentum 0.1, statistics from base batches)',
    );
    expect(whitening({ method: 'batch-norm', groups: 4 }).description).toBe(
      'batch-norm (momentum 0.1, statistics from all batches)',
    );
  });

  it('refuses bad options at once', () => {
    expect(() => whitening({ epsilon: 2 })).toThrow(/WHITENING_BAD_OPTION.*'epsilon'.*received 2/);
  });

  it('has the version of its package', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as object;
    expect(whitening()).toMatchObject({ name: '@evenkeel/plugin-whitening', version, api: '^1.0' });
    expect(manifest).toMatchObject({ name: '@evenkeel/plugin-whitening', version });
  });
});
