import { join } from 'node:path';
import { writeWhole } from '@evenkeel/trainer-core/node';
import { differenceTable } from './difference-table.js';
import { featureTable } from './feature-table.js';
import { METHOD_NAMES } from './methods.js';
import { plotOf } from './plot.js';
import { readResults } from './result-file.js';
import type { CellResult } from './result-file.js';
import { markdownOf, rowsOf } from './table.js';
import type { Row } from './table.js';

/** The table of accuracies, the differences between methods, and what the diagnostics say of the features. */
export function tablesOf(results: readonly CellResult[], rows: readonly Row[]): string {
  const further = [differenceTable(results, rows), featureTable(results, rows)];
  return [
    markdownOf(results, rows),
    ...further.flatMap((table) => (table.length > 0 ? [...table, ''] : [])),
  ].join('\n');
}

/** Writes table.md, table.json and plot.svg of a folder's results; returns the table. Throws COMPARE_NO_RESULTS, TRAINER_NODE_NOT_WRITTEN. */
export async function writeReport(folder: string): Promise<string> {
  const results = await readResults(folder);
  const rows = rowsOf(results, METHOD_NAMES);
  const table = tablesOf(results, rows);
  await writeWhole(join(folder, 'table.md'), table);
  await writeWhole(join(folder, 'table.json'), `${JSON.stringify(rows, null, 2)}\n`);
  await writeWhole(join(folder, 'plot.svg'), await plotOf(rows, results[0].data));
  return table;
}
