import { precisionHere } from '@evenkeel/compiled-step';
import type { LongTailDataset } from '@evenkeel/datasets-lt';
import { exitCodeOf } from '@evenkeel/trainer-core/node';
import { prepareBackend } from '../shared/prepare-backend.js';
import { printJson, sayTo } from '../shared/say.js';
import type { Say } from '../shared/say.js';
import { showProgress } from '../shared/show-progress.js';
import type { Interrupted } from './cell.js';
import { openData } from './data-sets.js';
import { compareErrors } from './errors.js';
import { exportGrid, openPlaces, runGrid, sizeOfGrid } from './grid.js';
import { METHOD_NAMES, METHODS } from './methods.js';
import { missingCells } from './missing-cells.js';
import { recommend } from './recommendation.js';
import { writeReport } from './report.js';
import { hasResults, readResults } from './result-file.js';
import { gridsIn, writePage } from './results-page.js';
import { runCellAt, settingsOfCell } from './run-cell-at.js';
import { DEFAULT_PRECISION } from './settings.js';
import type { GridSettings } from './settings.js';
import { shownCounts } from './shown-counts.js';
import { rowsOf } from './table.js';

/**
 * Trains what the settings ask for, or makes tables, or describes the methods. Sets the exit code when it was interrupted. Throws
 * what is refused before anything runs, and what the data set and the trainer throw.
 */
export async function runComparison(settings: GridSettings): Promise<void> {
  const say = sayTo(settings.json);
  if (settings.list) return list(settings, say);
  if (settings.table !== undefined) return table(settings.table, settings, say);
  const { out } = settings;
  const interrupted =
    settings.cellIndex === undefined
      ? await train(settings, say)
      : await cell(settingsOfCell(settings, settings.cellIndex), say);
  if (interrupted) {
    process.exitCode = exitCodeOf(interrupted.interrupted);
    if (settings.json) printJson({ out, interrupted: interrupted.interrupted });
  } else if (settings.cellIndex === undefined) {
    await table(out, settings, say);
  } else if (settings.json) {
    printJson({ out });
  }
}

/** Trains one cell of a grid that others train as well; the table is made once, when all are done. */
async function cell(settings: GridSettings, say: Say): Promise<Interrupted | undefined> {
  const [[method], [seed]] = [settings.methods, settings.seeds];
  say(`The cell of ${method}, seed ${seed}, in ${settings.out}`);
  return runCellAt(settings, () => load(settings, say), say);
}

/** Runs the cells without a result, then exports if that is asked for; says why when it was interrupted. */
async function train(settings: GridSettings, say: Say): Promise<Interrupted | undefined> {
  const open = await openPlaces(settings);
  say(sizeOfGrid(settings, open));
  if (open.length === 0 && !settings.export) return undefined;
  const { data, backend } = await load(settings, say);
  const interrupted = await runGrid(settings, open, data, backend, say);
  if (!interrupted && settings.export) await exportGrid(settings, data, backend, say);
  return interrupted;
}

/** The backend, and the images. */
async function load(settings: GridSettings, say: Say): Promise<{ data: LongTailDataset; backend: string }> {
  const backend = await prepareBackend(settings.backend);
  checkPrecision(settings);
  const data = await openData(settings, showProgress());
  say(`${data.name}: ${shownCounts(data.classCounts)} training images, ${data.test.size} test images`);
  for (const note of data.notes) say(`  ${note}`);
  return { data, backend };
}

/** A grid is of one precision: results that say bfloat16 and are float32 would be wrong in silence. */
function checkPrecision({ precision = DEFAULT_PRECISION }: GridSettings): void {
  const { reason } = precisionHere(precision);
  if (reason !== undefined) throw compareErrors.NO_PRECISION({ precision, reason });
}

/** Makes the tables of a grid's folder, or of a folder of grids, and says what they recommend. */
async function table(folder: string, { json }: GridSettings, say: Say): Promise<void> {
  if (!(await hasResults(folder)) && (await gridsIn(folder)).length > 0) {
    const page = await writePage(folder);
    say(`Written to ${page}`);
    if (json) printJson({ page });
    return;
  }
  say(`\n${await writeReport(folder)}\nTable and plot are in ${folder}`);
  const missing = await missingCells(folder);
  if (missing.length > 0) say(`Not finished: ${missing.join(', ')}`);
  const results = await readResults(folder);
  const recommendation = recommend(results);
  if (recommendation) say(`\n${recommendation.text}`);
  if (json) {
    const rows = rowsOf(results, METHOD_NAMES);
    printJson({ out: folder, rows, missing, ...(recommendation && { recommendation }) });
  }
}

function list({ json }: GridSettings, say: Say): void {
  const summaries = Object.entries(METHODS).map(([name, { summary }]) => ({ name, summary }));
  const width = Math.max(...summaries.map(({ name }) => name.length));
  if (json) printJson({ methods: summaries });
  else for (const { name, summary } of summaries) say(`${name.padEnd(width)}  ${summary}`);
}
