import type { CellResult } from './result-file.js';
import { aligned, spreadOf } from './table.js';
import type { Row } from './table.js';

/** What the diagnostics say of a method, in the order of the columns; formulas are in their README. */
const COLUMNS: readonly (readonly [title: string, key: string, digits: number])[] = [
  ['correlation', 'rawCorrelation', 2],
  ['as classified', 'featureCorrelation', 2],
  ['effective rank', 'rawEffectiveRank', 1],
  ['as classified', 'featureEffectiveRank', 1],
  ['Hessian condition', 'hessianCondition', -1],
  ['Hessian condition (Kronecker)', 'hessianConditionKronecker', -1],
  ['drift', 'drift.base', 3],
];

/**
 * The features of every method after the last epoch as a Markdown table, means over seeds: the backbone's own, and "as
 * classified" behind what stands between it and the classifier. A column without a number is left out; empty where no
 * result has diagnostics.
 */
export function featureTable(results: readonly CellResult[], rows: readonly Row[]): string[] {
  const filled = COLUMNS.filter(([, key]) =>
    results.some(({ diagnostics }) => typeof diagnostics?.[key] === 'number'),
  );
  if (filled.length === 0) return [];
  const cells = rows.map(({ method }) => {
    const own = results.filter((result) => result.method === method);
    return [
      `\`${method}\``,
      ...filled.map(([, key, digits]) => {
        const { mean } = spreadOf(own.map(({ diagnostics }) => diagnostics?.[key] ?? null));
        if (mean === null) return '–';
        return digits < 0 ? mean.toExponential(1) : mean.toFixed(digits);
      }),
    ];
  });
  return aligned([['features', ...filled.map(([title]) => title)], ...cells]);
}
