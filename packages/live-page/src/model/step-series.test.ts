import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepSeries } from './step-series.js';

describe('StepSeries', () => {
  it('keeps every step while there are few, and what only some steps have', () => {
    const series = new StepSeries(8);
    series.add(1, { loss: 2, learningRate: 0.1 });
    series.add(2, { loss: 3, learningRate: 0.1, gradientNorm: 5 });
    expect(series.columns()).toEqual({
      step: [1, 2],
      loss: [2, 3],
      low: [2, 3],
      high: [2, 3],
      learningRate: [0.1, 0.1],
      gradientNorm: [null, 5],
    });
  });

  it('joins neighbours when there are many: means, least and largest of equal stretches, and the last step', () => {
    const losses = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(losses, fc.integer({ min: 2, max: 12 }), (values, most) => {
        const series = new StepSeries(most);
        values.forEach((loss, at) => series.add(at + 1, { loss }));
        const { step, loss, low, high } = series.columns(15);
        const { stride } = series;
        expect(step.length).toBeLessThanOrEqual(most + 1);
        step.forEach((last, at) => {
          const from = at === 0 ? 0 : step[at - 1]!;
          const stretch = values.slice(from, last!);
          if (at < step.length - 1) expect(stretch).toHaveLength(stride);
          expect(low[at]).toBe(Math.min(...stretch));
          expect(high[at]).toBe(Math.max(...stretch));
          const mean = stretch.reduce((sum, each) => sum + each, 0) / stretch.length;
          expect(loss[at]).toBeCloseTo(mean, 9);
        });
        expect(step.at(-1)).toBe(values.length);
      }),
    );
  });

  it('forgets steps that come again', () => {
    const series = new StepSeries();
    for (let step = 1; step <= 5; step++) series.add(step, { loss: step });
    series.rewind(3);
    series.add(3, { loss: 30 });
    expect(series.columns()).toMatchObject({ step: [1, 2, 3], loss: [1, 2, 30] });
  });

  it('is the same after a page has carried it', () => {
    const series = new StepSeries(4);
    for (let step = 1; step <= 11; step++) series.add(step, { loss: step / 3, learningRate: 0.1 });
    expect(StepSeries.from(series.columns(), series.stride, 4).columns()).toEqual(series.columns());
  });
});
