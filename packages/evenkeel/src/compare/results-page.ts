import { readdir } from 'node:fs/promises';
import { basename, join, normalize } from 'node:path';
import { readText, writeWhole } from '@evenkeel/trainer-core/node';
import { compareErrors } from './errors.js';
import { METHOD_NAMES } from './methods.js';
import { tablesOf, writeReport } from './report.js';
import { hasResults, readResults } from './result-file.js';
import { rowsOf } from './table.js';

const BLOCK = /<!-- results: (\S+) -->[\s\S]*?<!-- end of results -->/g;

/** The page beside a folder of grids: `docs/results.md` for `docs/results`. */
export function pagePath(folder: string): string {
  return `${normalize(folder).replace(/[\\/]+$/, '')}.md`;
}

/** The grids in a folder, by name: its folders with result files. */
export async function gridsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw compareErrors.NOT_READABLE({ folder, reason: error.message }, { cause: error });
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const full = await Promise.all(names.map((name) => hasResults(join(folder, name))));
  return names.filter((_, at) => full[at]).sort();
}

/**
 * The text of a page with the tables of all grids in `folder` put between its lines `<!-- results: NAME -->` and
 * `<!-- end of results -->`. Throws COMPARE_NOT_ON_PAGE for a grid without a place.
 */
export async function pageOf(folder: string, page: string): Promise<string> {
  const placed = Array.from(page.matchAll(BLOCK), ([, name]) => name);
  const missing = (await gridsIn(folder)).find((name) => !placed.includes(name));
  if (missing !== undefined) throw compareErrors.NOT_ON_PAGE({ page: pagePath(folder), grid: missing });
  const tables = new Map<string, string>();
  for (const name of placed) {
    const grid = join(folder, name);
    if (!(await hasResults(grid))) continue;
    const results = await readResults(grid);
    tables.set(name, tablesOf(results, rowsOf(results, METHOD_NAMES)));
  }
  const shown = (name: string) => {
    const table = tables.get(name);
    if (table === undefined) return 'No run is finished yet.\n';
    const plot = `${basename(pagePath(folder), '.md')}/${name}/plot.svg`;
    return `${table}\n![Accuracy by method and shot group](${plot})\n`;
  };
  return page.replace(
    BLOCK,
    (_, name: string) => `<!-- results: ${name} -->\n\n${shown(name)}\n<!-- end of results -->`,
  );
}

/** Makes every grid's table and plot again, and the page beside the folder; returns the page's path. */
export async function writePage(folder: string): Promise<string> {
  for (const name of await gridsIn(folder)) await writeReport(join(folder, name));
  const path = pagePath(folder);
  const page = await readText(path);
  if (page === undefined) throw compareErrors.NO_PAGE({ page: path });
  await writeWhole(path, await pageOf(folder, page));
  return path;
}
