import { createRandom, createTrainer } from '@evenkeel/trainer-core';
import type { HostBatch } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';
import { describe, expect, it } from 'vitest';
import { drawShare, mix, mixup } from './mixup.js';

describePlugin('mixup', () => mixup({ alpha: 0.4 }), {
  wrongOptions: [
    { what: 'no width', make: () => mixup({ alpha: 0 }), code: 'EXAMPLE_BAD_OPTION', option: 'alpha' },
  ],
});

const batch = (): HostBatch => ({
  tag: 'base',
  indices: Int32Array.of(4, 5, 6),
  inputs: Float32Array.of(1, 2, 10, 20, 100, 200),
  targets: Float32Array.of(1, 0, 0, 1, 0, 1),
});

describe('mix', () => {
  it('mixes images and targets row by row', () => {
    const mixed = batch();
    mix(mixed, Int32Array.of(1, 2, 0), 0.75);
    expect([...mixed.inputs]).toEqual([3.25, 6.5, 32.5, 65, 75.25, 150.5]);
    expect([...mixed.targets]).toEqual([0.75, 0.25, 0, 1, 0.25, 0.75]);
  });

  it('mixes the targets that an earlier transform made', () => {
    const mixed: HostBatch = { ...batch(), targets: Float32Array.of(0.5, 0.5, 0, 1, 1, 0) };
    mix(mixed, Int32Array.of(1, 0, 2), 0.5);
    expect([...mixed.targets]).toEqual([0.25, 0.75, 0.25, 0.75, 1, 0]);
  });
});

// Beta(α, α) has mean 1/2 and variance 1 / (4·(2α + 1)).
it.each([0.2, 1, 2])('draws shares from Beta(α, α) with α = %d', (alpha) => {
  const random = createRandom(1, 'shares');
  const shares = Array.from({ length: 4000 }, () => drawShare(alpha, random));
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
  expect(mean).toBeCloseTo(0.5, 1);
  expect(variance).toBeCloseTo(1 / (4 * (2 * alpha + 1)), 2);
});

describe('mixup', () => {
  it('changes a training run', async () => {
    const losses: number[][] = [];
    for (const plugins of [[], [mixup({ alpha: 1 })]]) {
      const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, plugins });
      const { history } = await trainer.fit({ epochs: 3 });
      losses.push(history.map(({ loss }) => loss));
      await trainer.dispose();
    }
    const [plain, mixed] = losses;
    expect(mixed[2]).toBeGreaterThan(plain[2]); // soft targets have an entropy of their own
  });
});
