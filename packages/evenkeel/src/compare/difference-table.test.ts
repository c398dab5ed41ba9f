import { describe, expect, it } from 'vitest';
import { differenceTable } from './difference-table.js';
import type { CellResult } from './result-file.js';
import { rowsOf } from './table.js';

const cell = (method: string, seed: number, all: number | null) =>
  ({ method, seed, last: { all }, best: undefined }) as unknown as CellResult;

const tableOf = (results: readonly CellResult[]) => differenceTable(results, rowsOf(results, ['la', 'crt']));

describe('the table of differences', () => {
  it('compares seed by seed, in points', () => {
    const table = tableOf([
      ...[cell('la', 1, 0.5), cell('la', 2, 0.6), cell('la', 3, 0.9)],
      ...[cell('better', 2, 0.66), cell('better', 1, 0.54)],
      ...[cell('worse', 1, 0.48), cell('worse', 2, 0.58)],
    ]);
    // Differences of 4 and 6 points: their mean is 5, their sample deviation √2.
    expect(table).toEqual([
      '| points above |       `la` |',
      '| ------------ | ---------: |',
      '| `better`     | +5.0 ± 1.4 |',
      '| `worse`      | −2.0 ± 0.0 |',
    ]);
  });

  it('compares references with one another, but not with themselves', () => {
    const table = tableOf(['la', 'crt'].flatMap((name) => [cell(name, 1, 0.5), cell(name, 2, 0.5)]));
    expect(table.slice(2)).toEqual([
      '| `la`         |          – | +0.0 ± 0.0 |',
      '| `crt`        | +0.0 ± 0.0 |          – |',
    ]);
  });

  it('says nothing of methods that share fewer than two seeds, or were not measured', () => {
    const la = [cell('la', 1, 0.5), cell('la', 2, 0.6)];
    expect(tableOf(la)).toEqual([]);
    expect(tableOf([...la, cell('other', 1, 0.6)])).toEqual([]);
    expect(tableOf([...la, cell('other', 2, 0.6), cell('other', 3, 0.6)])[2]).toMatch(/\| `other` +\| +– \|/);
    expect(tableOf([...la, cell('other', 1, null), cell('other', 2, 0.6)])[2]).toMatch(/\| +– \|/);
  });
});
