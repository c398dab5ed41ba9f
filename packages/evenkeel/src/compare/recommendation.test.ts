import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { evenkeel, putClasses, useFolder } from '../evenkeel.fixture.js';
import { recommend } from './recommendation.js';
import type { CellResult, TestValues } from './result-file.js';

const values = (perClass: readonly (number | null)[]): TestValues => ({
  ...{ all: 0.5, many: perClass[0], medium: null, few: perClass.at(-1) ?? null, ece: 0.1 },
  perClass,
});

const at = useFolder();

/** A cell with these accuracies by class on `counts` held-out images, and on the test images. */
function cell(
  method: string,
  seed: number,
  held: readonly (number | null)[],
  counts: readonly number[] = [400, 400],
): CellResult {
  return {
    ...{ method, seed, data: 'd', classCounts: [9, 1], testImages: 4, seconds: 1, backend: 'cpu' },
    ...{ date: '2026-01-01', command: '', last: values(held) },
    settings: { data: 'cifar10-lt', imbalance: 10, recipe: 'quick', epochs: 1, validation: 0.1 },
    validation: { ...values(held), counts },
  };
}

describe('a recommendation', () => {
  it('takes the best average over classes on the validation part, and says what it costs the head', () => {
    const found = recommend([
      cell('ce', 1, [0.9, 0.1]),
      cell('la', 1, [0.8, 0.6]),
      cell('cb', 1, [0.2, 0.2]),
    ]);
    expect(found).toMatchObject({ method: 'la', asGood: [] });
    expect(found!.candidates.map(({ method }) => method)).toEqual(['la', 'ce', 'cb']);
    expect(found!.text).toMatch(
      /^Recommended: la\. On the 800 held-out images it is right in 70\.0 % .*20\.0 points more than plain/,
    );
    expect(found!.text).toContain('many-shot 80.0 % (ce 90.0 %), few-shot 60.0 % (ce 10.0 %)');
    expect(found!.text).toContain('One seed each');
  });

  it('does not choose by the test images', () => {
    const better = { ...cell('ce', 1, [0.9, 0.1]), last: values([1, 1]) };
    expect(recommend([better, cell('la', 1, [0.8, 0.6])])!.method).toBe('la');
  });

  it('says which others so few images cannot tell from it', () => {
    const few = [20, 2];
    const found = recommend([cell('ce', 1, [0.9, 0.5], few), cell('la', 1, [0.8, 1], few)]);
    expect(found).toMatchObject({ method: 'la', asGood: ['ce'] });
    expect(found!.text).toContain('cannot tell it from ce');
  });

  it('has the standard error of its definition', () => {
    // One class, 8 of 10 right: p = 9/12, √(p(1 − p)/10) = 0.13693.
    const [one] = recommend([cell('a', 1, [0.8], [10]), cell('b', 1, [0.1], [10])])!.candidates;
    expect(one.error).toBeCloseTo(0.13693, 5);
    // Seeds at 0.5 and 0.7 add √(0.02/2) = 0.1 of the mean 0.6 (images without limit).
    const counts = [1e12];
    const seeds = [cell('a', 1, [0.5], counts), cell('a', 2, [0.7], counts), cell('b', 1, [0], counts)];
    const [two] = recommend(seeds)!.candidates;
    expect([two.validation, two.error]).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.1, 5)]);
  });

  it('says nothing where nothing was held out, or one method alone was trained', () => {
    const bare = { ...cell('ce', 1, [1, 1]), validation: undefined };
    expect(recommend([bare, { ...bare, method: 'la' }])).toBeUndefined();
    expect(recommend([cell('ce', 1, [1, 1]), cell('ce', 2, [1, 0])])).toBeUndefined();
  });

  it('leaves out classes that are in no held-out image, and says so', () => {
    const cells = [cell('a', 1, [0.5, null], [10, 0]), cell('b', 1, [0.1, null], [10, 0])];
    const { candidates, text } = recommend(cells)!;
    expect(candidates[0].validation).toBe(0.5);
    expect(Number.isFinite(candidates[0].error)).toBe(true);
    expect(text).toContain('Of 1 classes no image is held out');
  });
});

describe('evenkeel compare', { timeout: 240_000 }, () => {
  it('makes the table of a folder again, with a recommendation, for people and for programs', async () => {
    const results = [cell('ce', 1, [0.9, 0.1]), cell('la', 1, [0.8, 0.6])];
    await mkdir(at('grid'));
    for (const result of results) {
      const whole = { ...result, command: 'npx evenkeel compare --data cifar10-lt' };
      await writeFile(at('grid', `${result.method}.seed-1.json`), JSON.stringify(whole));
    }
    const told = await evenkeel('compare', '--table', at('grid'));
    expect([told.code, told.stderr]).toEqual([0, '']);
    expect(told.stdout).toContain('npx evenkeel compare --data cifar10-lt --data-dir DIR --imbalance 10');
    expect(told.stdout).toMatch(/\| `la` .*\n[^]*Recommended: la\./);
    const { stdout, stderr } = await evenkeel('compare', '--table', at('grid'), '--json');
    expect(stderr).toContain('Recommended: la.');
    const found = JSON.parse(stdout) as { recommendation: { method: string }; rows: { method: string }[] };
    expect(found.recommendation.method).toBe('la');
    expect(found.rows.map(({ method }) => method)).toEqual(['ce', 'la']);
  });

  it('describes the methods', async () => {
    expect((await evenkeel('compare', '--list')).stdout).toMatch(/^ce +plain cross-entropy\n/);
    const { stdout } = await evenkeel('compare', '--list', '--json');
    expect((JSON.parse(stdout) as { methods: unknown[] }).methods[0]).toEqual({
      name: 'ce',
      summary: 'plain cross-entropy',
    });
  });

  it('wants the folder of images, and one to hold out where that is asked for', async () => {
    const missing = await evenkeel('compare', '--data', 'folder', '--backend', 'cpu', '--out', at('a'));
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('COMPARE_NO_DATA_DIR')]);
    await putClasses(at('birds', 'train'), { heron: 2, wren: 2 });
    const list = ['--data-dir', at('birds'), '--validation', 'list', '--backend', 'cpu', '--out', at('b')];
    const none = await evenkeel('compare', '--data', 'folder', ...list);
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/COMPARE_NO_VALIDATION_FOLDER/)]);
  });
});
