import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassMetricContext, Metric, MetricValues } from '../../contract/metric.js';
import { accuracy } from './accuracy.js';
import { calibration } from './calibration.js';
import { rankOf } from './rank.js';
import { shotGroupsOf } from './shot-groups.js';
import { topK } from './top-k.js';

function contextOf(classCounts: readonly number[]): ClassMetricContext {
  return {
    outputs: classCounts.length,
    classes: classCounts.length,
    classNames: classCounts.map(String),
    classCounts,
    shotGroups: shotGroupsOf(classCounts),
  };
}

/** Measures batches of `[label, logits]` rows. */
function measure(
  metric: Metric,
  classCounts: readonly number[],
  ...batches: readonly (readonly [number, readonly number[]])[][]
): MetricValues {
  const accumulator = metric.start(contextOf(classCounts));
  for (const batch of batches) {
    accumulator.add(
      Float32Array.from(batch.flatMap(([, logits]) => logits)),
      Int32Array.from(batch, ([label]) => label),
    );
  }
  return accumulator.result();
}

/** Logits that predict one of three classes. */
const predicts = (label: number) => [0, 1, 2].map((c) => (c === label ? 1 : 0));

describe('shotGroupsOf', () => {
  it('has both bounds in the middle', () => {
    expect(shotGroupsOf([5000, 101, 100, 20, 19, 0])).toEqual([
      'many',
      'many',
      'medium',
      'medium',
      'few',
      'few',
    ]);
    expect(shotGroupsOf([11, 10, 9], { many: 10, few: 10 })).toEqual(['many', 'medium', 'few']);
  });

  it('counts 35 / 35 / 30 classes on CIFAR-100-LT, imbalance 100', () => {
    // The field's profile: trunc(500 · 0.01^(c/99)).
    const counts = Array.from({ length: 100 }, (_, c) => Math.trunc(500 * 0.01 ** (c / 99)));
    const groups = shotGroupsOf(counts);
    expect(['many', 'medium', 'few'].map((name) => groups.filter((group) => group === name).length)).toEqual([
      35, 35, 30,
    ]);
  });
});

describe('accuracy', () => {
  it('gives shares by hand', () => {
    const values = measure(
      accuracy(),
      [200, 150, 50],
      [
        [0, predicts(0)],
        [0, predicts(0)],
        [0, predicts(1)],
        [0, predicts(0)],
      ],
      [
        [1, predicts(1)],
        [1, predicts(2)],
        [2, predicts(0)],
      ],
    );
    expect(values).toEqual({
      all: 4 / 7,
      balanced: (0.75 + 0.5 + 0) / 3,
      many: (0.75 + 0.5) / 2,
      medium: 0,
      few: null,
      perClass: [0.75, 0.5, 0],
    });
  });

  it('leaves classes without test examples out of the means', () => {
    const values = measure(
      accuracy(),
      [200, 150, 5],
      [
        [0, predicts(0)],
        [2, predicts(1)],
      ],
    );
    expect(values).toEqual({
      all: 0.5,
      balanced: 0.5,
      many: 1,
      medium: null,
      few: 0,
      perClass: [1, null, 0],
    });
  });

  it('is null without examples', () => {
    expect(measure(accuracy(), [1, 1])).toEqual({
      all: null,
      balanced: null,
      many: null,
      medium: null,
      few: null,
      perClass: [null, null],
    });
  });

  it('predicts the lowest of equal classes, and nothing from NaN', () => {
    const rows = (label: number, logits: number[]) => measure(accuracy(), [9, 9, 9], [[label, logits]]).all;
    expect(rows(1, [0, 2, 2])).toBe(1);
    expect(rows(2, [0, 2, 2])).toBe(0);
    const nan = Number.NaN;
    expect(rows(0, [nan, nan, nan])).toBe(0);
    expect(rows(0, [5, nan, 1])).toBe(0);
  });
});

describe('rankOf', () => {
  it('is the place in a stable descending sort', () => {
    const logit = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(fc.array(logit, { minLength: 1, maxLength: 12 }), fc.nat(), (row, pick) => {
        const label = pick % row.length;
        const order = row.map((_, c) => c).sort((a, b) => row[b] - row[a]);
        return rankOf(Float32Array.from([9, ...row]), 1, row.length, label) === order.indexOf(label);
      }),
    );
  });
});

describe('topK', () => {
  const batch = [
    [0, [3, 2, 1, 0]],
    [1, [3, 2, 1, 0]],
    [2, [3, 2, 1, 0]],
    [3, [0, 0, 0, 0]],
  ] as const;

  it('counts classes among the k largest logits', () => {
    const counts = [1, 1, 1, 1];
    expect(measure(topK(1), counts, [...batch])).toEqual({ top1: 0.25 });
    expect(measure(topK(2), counts, [...batch])).toEqual({ top2: 0.5 });
    expect(measure(topK(3), counts, [...batch])).toEqual({ top3: 0.75 });
    expect(measure(topK(5), counts, [...batch])).toEqual({ top5: 1 });
    expect(measure(topK(5), counts)).toEqual({ top5: null });
  });
});

describe('calibration', () => {
  /** Two-class logits whose larger softmax is p, for class 0. */
  const sure = (p: number) => [Math.log(p), Math.log(1 - p)];

  it('gives the gap of every bin by hand', () => {
    // Bins (0.5, 0.75] and (0.75, 1]: accuracy 1/2 at confidence 0.6, accuracy 1 at confidence 0.9.
    const values = measure(
      calibration({ bins: 4 }),
      [1, 1],
      [
        [0, sure(0.6)],
        [1, sure(0.6)],
      ],
      [
        [0, sure(0.9)],
        [0, sure(0.9)],
      ],
    );
    expect(values.ece).toBeCloseTo((2 * Math.abs(0.5 - 0.6) + 2 * Math.abs(1 - 0.9)) / 4, 6);
  });

  it('keeps opposite gaps of different bins apart and adds those of one bin', () => {
    const rows = [
      [0, sure(0.95)],
      [1, sure(0.85)],
    ] as const;
    expect(measure(calibration({ bins: 10 }), [1, 1], [...rows]).ece).toBeCloseTo((0.05 + 0.85) / 2, 6);
    expect(measure(calibration({ bins: 1 }), [1, 1], [...rows]).ece).toBeCloseTo((0.85 - 0.05) / 2, 6);
  });

  it('puts a full confidence into the last bin, and NaN counts as sure and wrong', () => {
    expect(measure(calibration(), [1, 1], [[0, [500, 0]]]).ece).toBe(0);
    expect(measure(calibration(), [1, 1], [[0, [Number.NaN, 0]]]).ece).toBe(1);
    expect(measure(calibration(), [1, 1])).toEqual({ ece: null });
  });
});
