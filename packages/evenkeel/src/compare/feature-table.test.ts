import { describe, expect, it } from 'vitest';
import { featureTable } from './feature-table.js';
import type { CellResult } from './result-file.js';
import { rowsOf } from './table.js';

const cell = (method: string, seed: number, diagnostics?: CellResult['diagnostics']) =>
  ({ method, seed, last: {}, diagnostics }) as unknown as CellResult;

const tableOf = (results: readonly CellResult[]) => featureTable(results, rowsOf(results, ['ce']));

describe('the table of features', () => {
  it('has means over seeds, and only columns with a number', () => {
    const table = tableOf([
      cell('ce', 1, { rawCorrelation: 0.2, hessianCondition: null, hessianConditionKronecker: 1e6 }),
      cell('ce', 2, { rawCorrelation: 0.4, hessianCondition: null, hessianConditionKronecker: 3e6 }),
      cell('ncm', 1),
    ]);
    expect(table).toEqual([
      '| features | correlation | Hessian condition (Kronecker) |',
      '| -------- | ----------: | ----------------------------: |',
      '| `ce`     |        0.30 |                        2.0e+6 |',
      '| `ncm`    |           – |                             – |',
    ]);
  });

  it('is empty without diagnostics', () => {
    expect(tableOf([cell('ncm', 1)])).toEqual([]);
  });
});
