import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { METHOD_NAMES } from './methods.js';
import { plotOf } from './plot.js';
import { readResults } from './result-file.js';
import { markdownOf, rowsOf } from './table.js';

/** Writes table.md, table.json and plot.svg of a folder's results; returns the table. Throws REPRODUCE_NO_RESULTS. */
export async function writeReport(folder: string): Promise<string> {
  const results = await readResults(folder);
  const rows = rowsOf(results, METHOD_NAMES);
  const table = markdownOf(results, rows);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'table.md'), table);
  await writeFile(join(folder, 'table.json'), `${JSON.stringify(rows, null, 2)}\n`);
  await writeFile(join(folder, 'plot.svg'), await plotOf(rows, results[0].data));
  return table;
}
