import type { ClassMetricContext } from '@evenkeel/trainer-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confusion } from './confusion.js';

const contextOf = (classCounts: number[]) =>
  ({
    classes: classCounts.length,
    outputs: classCounts.length,
    classCounts,
  }) as unknown as ClassMetricContext;

describe('confusion', () => {
  it('counts by true and predicted class, both from the largest class down', () => {
    const accumulator = confusion().start(contextOf([5, 50, 20]));
    // Predicted: 1, 1, 0 (the lowest of equal logits), 2; true: 1, 2, 0, 2.
    accumulator.add(Float32Array.of(0, 2, 1, 0, 3, 0, 1, 1, 1), Int32Array.of(1, 2, 0));
    accumulator.add(Float32Array.of(0, 0, 1), Int32Array.of(2));
    expect(accumulator.result()).toEqual({ confusion: [1, 0, 0, 1, 1, 0, 0, 0, 1] });
  });

  it('joins neighbours in size where there are more than 100 classes, and loses no example', () => {
    const examples = fc.array(fc.nat(249), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(examples, (labels) => {
        const classCounts = Array.from({ length: 250 }, (_, label) => label + 1);
        const accumulator = confusion().start(contextOf(classCounts));
        const logits = new Float32Array(labels.length * 250);
        labels.forEach((label, row) => (logits[row * 250 + label] = 1));
        accumulator.add(logits, Int32Array.from(labels));
        const { confusion: counts } = accumulator.result() as { confusion: number[] };
        expect(counts).toHaveLength(10_000);
        // All are right, so all lie on the diagonal: the largest class, 249, in the first row.
        const diagonal = Array.from({ length: 100 }, (_, at) => counts[at * 101]);
        expect(diagonal.reduce((sum, count) => sum + count, 0)).toBe(labels.length);
        const last = Math.floor((249 - Math.max(...labels)) / 2.5);
        expect(diagonal.findIndex((count) => count > 0)).toBe(last);
      }),
      { numRuns: 40 },
    );
  });

  it('gives nothing where there are no classes', () => {
    const accumulator = confusion().start({ outputs: 1 });
    accumulator.add(Float32Array.of(1), Float32Array.of(2));
    expect(accumulator.result()).toEqual({});
  });
});
