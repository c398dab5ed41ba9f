import { createTrainer } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { learningRateRange } from './learning-rate-range.js';
import type { RangePoint } from './learning-rate-range.js';

const ignore = () => undefined;
describePlugin('learningRateRange', () => learningRateRange({ onCurve: ignore, to: 0.1 }), {
  wrongOptions: [
    {
      what: 'a rate of 0',
      make: () => learningRateRange({ onCurve: ignore, from: 0 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'from',
    },
  ],
});

describe('learningRateRange', () => {
  beforeAll(useCpuBackend);

  it('grows the rate by the same factor from step to step, and stops where the loss explodes', async () => {
    let curve: readonly RangePoint[] = [];
    const plugins = learningRateRange({ onCurve: (points) => (curve = points), from: 1e-4, to: 1e4 });
    const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 6, plugins });
    const { reason, interrupted } = await trainer.fit({ epochs: 10, evaluateEvery: 0 });
    await trainer.dispose();
    expect(reason).toMatch(/the loss explodes at learning rate/);
    expect(interrupted).toBe(true);
    const factors = curve.slice(1).map(([rate], at) => rate / curve[at][0]);
    for (const factor of factors) expect(factor).toBeCloseTo(1e8 ** (1 / 59), 6);
    const best = Math.min(...curve.map(([, loss]) => loss));
    expect(best).toBeLessThan(0.8 * curve[0][1]);
    expect(curve.at(-1)![1]).toBeGreaterThan(4 * best);
  });
});
