import { describe, expect, it } from 'vitest';
import type { CellResult } from './result-file.js';
import { aligned, markdownOf, rowsOf, spreadOf } from './table.js';

const values = (all: number) => ({ all, many: 0.9, medium: 0.5, few: null, ece: 0.1, perClass: [] });

const cell = (method: string, seed: number, all: number): CellResult => ({
  method,
  seed,
  settings: { data: 'cifar10-lt', imbalance: 100, recipe: 'quick', epochs: 10, validation: 0.1 },
  data: 'cifar-10-lt (imbalance 100)',
  classCounts: [90, 10],
  testImages: 50,
  last: values(all),
  best: { epoch: 3, ...values(all + 0.01) },
  seconds: 60,
  imagesPerSecond: 500,
  backend: 'native',
  date: `2026-01-0${seed}`,
  command: '',
});

describe('spreadOf', () => {
  it('is the mean and the sample standard deviation', () => {
    const { mean, std } = spreadOf([0.4, 0.5, 0.6]);
    expect(mean).toBeCloseTo(0.5, 12);
    expect(std).toBeCloseTo(0.1, 12);
  });

  it('has no deviation of a single value, and nothing at all where a value is missing', () => {
    expect(spreadOf([0.4])).toEqual({ mean: 0.4, std: null });
    expect(spreadOf([0.4, null])).toEqual({ mean: null, std: null });
    expect(spreadOf([])).toEqual({ mean: null, std: null });
  });
});

describe('the table', () => {
  const results = [cell('zeta', 1, 0.1), cell('la', 2, 0.6), cell('la', 1, 0.5), cell('ce', 1, 0.4)];
  const rows = rowsOf(results, ['ce', 'la']);

  it('has a row per method, in the given order and then by name, over all seeds', () => {
    expect(rows.map(({ method, seeds }) => [method, ...seeds])).toEqual([
      ['ce', 1],
      ['la', 1, 2],
      ['zeta', 1],
    ]);
    expect(rows[1].last.all.mean).toBeCloseTo(0.55, 12);
    expect(rows[1].best.mean).toBeCloseTo(0.56, 12);
  });

  it('says what it was measured on, and how to make it again', () => {
    const text = markdownOf(results, rows);
    expect(text).toContain('cifar-10-lt (imbalance 100); 10 epochs, recipe quick; training images 100');
    expect(text).toContain('50 test images; on native, 2026-01-01 to 2026-01-02');
    expect(text).toContain('--methods ce,zeta --seeds 1 --out DIR');
    expect(text).toContain('--methods la --seeds 1,2 --out DIR');
    expect(text).toMatch(/\| `la` +\| +1, 2 \| 55\.0 ± 7\.1 \|/);
    expect(text).toMatch(/\| `ce` +\| +1 \| +40\.0 \|/);
  });

  it('names the backend in the command where all was made on a GPU', () => {
    const onGpu = results.map((result) => ({ ...result, backend: 'native-gpu' }));
    expect(markdownOf(onGpu, rows)).toContain('--methods ce,zeta --seeds 1 --out DIR --backend native-gpu');
    expect(markdownOf([...results, ...onGpu], rows)).toContain('on native and native-gpu, 2026-01-01');
    expect(markdownOf([...results, ...onGpu], rows)).not.toContain('--backend');
  });

  it('has columns of equal width', () => {
    expect(
      aligned([
        ['a', 'b'],
        ['long', '1.5'],
      ]),
    ).toEqual(['| a    |   b |', '| ---- | --: |', '| long | 1.5 |']);
  });
});
