import { createTrainer } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { learningRateRange, suggestedRate } from './learning-rate-range.js';
import type { LearningRateRangeOptions, RangePoint } from './learning-rate-range.js';

const ignore = () => undefined;
describePlugin('learningRateRange', () => learningRateRange({ onCurve: ignore, to: 0.1 }), {
  wrongOptions: [
    {
      what: 'a rate of 0',
      make: () => learningRateRange({ onCurve: ignore, from: 0 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'from',
    },
    {
      what: 'a smoothing of 1',
      make: () => learningRateRange({ onCurve: ignore, smoothing: 1 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'smoothing',
    },
  ],
});

describe('learningRateRange', () => {
  beforeAll(useCpuBackend);

  it('grows the rate by the same factor from step to step, and stops where the loss explodes', async () => {
    let curve: readonly RangePoint[] = [];
    let suggestion: number | undefined;
    const onCurve: LearningRateRangeOptions['onCurve'] = (...given) => ([curve, suggestion] = given);
    const plugins = learningRateRange({ onCurve, from: 1e-4, to: 1e4 });
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
    expect(suggestion).toBe(suggestedRate(curve));
    expect(suggestion).toBeLessThan(curve.find(([, loss]) => loss === best)![0]);
  });

  it('smooths by a running mean without its bias at the beginning, or not at all', async () => {
    const curveWith = async (smoothing: number) => {
      let curve: readonly RangePoint[] = [];
      const plugins = learningRateRange({ onCurve: (points) => (curve = points), to: 0.01, smoothing });
      const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 6, plugins });
      const losses: number[] = [];
      trainer.hooks.step$.subscribe((event) => {
        if (event.type === 'step-end') losses.push(event.loss);
      });
      await trainer.fit({ epochs: 1, evaluateEvery: 0 });
      await trainer.dispose();
      return { losses, smoothed: curve.map(([, loss]) => loss) };
    };
    const plain = await curveWith(0);
    expect(plain.smoothed).toEqual(plain.losses);
    const { losses, smoothed } = await curveWith(0.5);
    expect(smoothed[0]).toBe(losses[0]);
    expect(smoothed[2]).toBeCloseTo((losses[0] + 2 * losses[1] + 4 * losses[2]) / 7, 10);
  });
});

/** Losses at `count` rates from 1e-5 to 10, by the logarithm of the rate to base 10. */
const curveOf = (lossAt: (exponent: number) => number, count = 100): readonly RangePoint[] =>
  Array.from({ length: count }, (_, at) => -5 + (6 * at) / (count - 1)).map(
    (exponent) => [10 ** exponent, lossAt(exponent)] as const,
  );
/** Falls from 2 to 1 with its steepest place at 10^-2, and explodes from 10^0 on. */
const typical = (exponent: number) =>
  2 - 1 / (1 + Math.exp(-4 * (exponent + 2))) + (exponent > 0 ? 30 * exponent ** 2 : 0);

describe('suggestedRate', () => {
  it('is where the loss falls fastest', () => {
    expect(Math.log10(suggestedRate(curveOf(typical))!)).toBeCloseTo(-2, 1);
  });

  it('is little moved by noise (property)', () => {
    const noises = fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), {
      minLength: 200,
      maxLength: 200,
    });
    fc.assert(
      fc.property(noises, (noise) => {
        let at = 0;
        const rate = suggestedRate(curveOf((exponent) => typical(exponent) + noise[at++], 200))!;
        expect(Math.abs(Math.log10(rate) + 2)).toBeLessThan(0.5);
      }),
    );
  });

  it('is none where the loss never falls, or where there are too few points', () => {
    expect(suggestedRate(curveOf((exponent) => exponent))).toBeUndefined();
    expect(suggestedRate(curveOf(typical, 2))).toBeUndefined();
    expect(suggestedRate([])).toBeUndefined();
  });
});
