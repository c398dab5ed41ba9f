import { precisionHere } from '@evenkeel/compiled-step';
import { tellError } from '@evenkeel/errors';
import type { LongTailDataset } from '@evenkeel/datasets-lt';
import { prepareBackend, showProgress } from 'evenkeel/train';
import { exitCodeOf, onClosedOutput } from '@evenkeel/trainer-core/node';
import type { Interrupted } from './cell.js';
import { openData } from './data-sets.js';
import { reproduceErrors } from './errors.js';
import { exportGrid, openPlaces, runGrid } from './grid.js';
import { METHODS } from './methods.js';
import { writeReport } from './report.js';
import { missingCells } from './missing-cells.js';
import { hasResults } from './result-file.js';
import { gridsIn, writePage } from './results-page.js';
import { runCellAt, settingsOfCell } from './run-cell-at.js';
import { DEFAULT_PRECISION, readGridSettings } from './settings.js';
import type { GridSettings } from './settings.js';
import { shownCounts } from './shown-counts.js';

async function main(settings: GridSettings): Promise<number> {
  if (settings.list) return list();
  if (settings.table !== undefined) return table(settings.table);
  if (settings.cellIndex !== undefined) return cell(settingsOfCell(settings, settings.cellIndex));
  const interrupted = await train(settings);
  return interrupted ? exitCodeOf(interrupted.interrupted) : table(settings.out);
}

/** Trains one cell of a grid that others train as well; the table is made once, when all are done. */
async function cell(settings: GridSettings): Promise<number> {
  const [[method], [seed]] = [settings.methods, settings.seeds];
  console.log(`The cell of ${method}, seed ${seed}, in ${settings.out}`);
  const interrupted = await runCellAt(settings, () => load(settings), say);
  return interrupted ? exitCodeOf(interrupted.interrupted) : 0;
}

/** Runs the cells without a result, then exports if that is asked for; says why when it was interrupted. */
async function train(settings: GridSettings): Promise<Interrupted | undefined> {
  const open = await openPlaces(settings);
  const all = settings.methods.length * settings.seeds.length;
  console.log(`${all} cells, ${all - open.length} of them finished before`);
  if (open.length === 0 && !settings.export) return undefined;
  const { data, backend } = await load(settings);
  const interrupted = await runGrid(settings, open, data, backend, say);
  if (!interrupted && settings.export) await exportGrid(settings, data, backend, say);
  return interrupted;
}

function say(line: string): void {
  console.log(line);
}

/** The backend, and the images. */
async function load(settings: GridSettings): Promise<{ data: LongTailDataset; backend: string }> {
  const backend = await prepareBackend(settings.backend);
  checkPrecision(settings);
  const data = await openData(settings, showProgress());
  console.log(
    `${data.name}: ${shownCounts(data.classCounts)} training images, ${data.test.size} test images`,
  );
  for (const note of data.notes) console.log(`  ${note}`);
  return { data, backend };
}

/** A grid is of one precision: results that say bfloat16 and are float32 would be wrong in silence. */
function checkPrecision({ precision = DEFAULT_PRECISION }: GridSettings): void {
  const { reason } = precisionHere(precision);
  if (reason !== undefined) throw reproduceErrors.NO_PRECISION({ precision, reason });
}

/** Makes the tables of a grid's folder, or of a folder of grids. */
async function table(folder: string): Promise<number> {
  if ((await hasResults(folder)) || (await gridsIn(folder)).length === 0) {
    console.log(`\n${await writeReport(folder)}\nTable and plot are in ${folder}`);
    const missing = await missingCells(folder);
    if (missing.length > 0) console.log(`Not finished: ${missing.join(', ')}`);
  } else {
    console.log(`Written to ${await writePage(folder)}`);
  }
  return 0;
}

function list(): number {
  const width = Math.max(...Object.keys(METHODS).map((name) => name.length));
  for (const [name, { summary }] of Object.entries(METHODS)) console.log(`${name.padEnd(width)}  ${summary}`);
  return 0;
}

// `npm run reproduce | head`: what is written then is lost, and a cell that is under way stops and saves.
onClosedOutput(() => (process.exitCode = exitCodeOf('output was closed')));
try {
  process.exitCode = await main(readGridSettings(process.argv.slice(2), process.env));
} catch (error) {
  console.error(tellError(error));
  process.exitCode = 1;
}
