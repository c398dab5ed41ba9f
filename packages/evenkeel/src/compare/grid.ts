import { shellWord } from '@evenkeel/errors';
import type { LongTailDataset } from '@evenkeel/datasets-lt';
import { formatDuration } from '@evenkeel/trainer-core/node';
import { runCell } from './cell.js';
import type { Cell, Interrupted } from './cell.js';
import { exportModel } from './export-model.js';
import { GridClock } from './grid-clock.js';
import { cellFolder, checkFirstStage, lastCheckpoint } from './cell-folder.js';
import type { Place } from './cell-folder.js';
import { cellIdentity, checkCellFolder, checkSameCell } from './cell-identity.js';
import { compareErrors } from './errors.js';
import { methodOf } from './methods.js';
import { readResult, resultPath, writeResult } from './result-file.js';
import { commandOf } from './settings.js';
import type { GridSettings } from './settings.js';

/**
 * Every method with the first seed, then with the second, and so on: whole comparisons come early. First stages come in
 * front of what starts from them. Throws COMPARE_UNKNOWN_METHOD.
 */
export function placesOf({ methods, seeds }: Pick<GridSettings, 'methods' | 'seeds'>): Place[] {
  const staged = [...new Set(methods.flatMap((name) => [methodOf(name).base ?? name, name]))];
  return seeds.flatMap((seed) => staged.map((method) => ({ method, seed })));
}

/**
 * The places without a result. What would go wrong later is refused before anything runs: results, and interrupted cells,
 * of other settings, a second stage without its first, and a choice without a validation part.
 */
export async function openPlaces(settings: GridSettings): Promise<Place[]> {
  const { out, validation } = settings;
  const open: Place[] = [];
  for (const place of placesOf(settings)) {
    const { base, chooses, options } = methodOf(place.method);
    if (chooses && validation === 0) throw compareErrors.NEEDS_VALIDATION({ method: place.method });
    const first = { method: base ?? place.method, seed: place.seed };
    const stage = { from: lastCheckpoint(out, first), onChosen: () => undefined };
    const identity = cellIdentity(settings, options(stage));
    const path = resultPath(out, place.method, place.seed);
    const result = await readResult(path);
    if (result) {
      checkSameCell(path, result, identity);
      continue;
    }
    await checkCellFolder(cellFolder(out, place), identity);
    const isOpen = ({ method, seed }: Place) => method === first.method && seed === first.seed;
    if (base !== undefined && !open.some(isOpen)) await checkFirstStage(out, first, place.method);
    open.push(place);
  }
  return open;
}

/** How many cells a grid has, first stages included, and how many of them have a result; for people. */
export function sizeOfGrid(settings: GridSettings, open: readonly Place[]): string {
  const all = placesOf(settings).length;
  return `${all} ${all === 1 ? 'cell' : 'cells'}, ${all - open.length} finished before`;
}

/** Runs what is open, a result file per cell; says why when it was interrupted. */
export async function runGrid(
  settings: GridSettings,
  open: readonly Place[],
  data: LongTailDataset,
  backend: string,
  say: (line: string) => void,
): Promise<Interrupted | undefined> {
  const { out } = settings;
  const clock = new GridClock(open.length);
  for (const [at, place] of open.entries()) {
    const { method: name, seed } = place;
    const label = `[${at + 1}/${open.length}] ${name} seed ${seed}`;
    const result = await runCell({
      ...cellAt(settings, place, data, backend),
      label: () => `${label} (grid: ETA ${formatDuration(clock.left)})`,
      onEvent: (event) => clock.follow(event),
    });
    if ('interrupted' in result) return result;
    await writeResult(resultPath(out, name, seed), result);
    clock.end();
    const [spent, left] = [clock.spent, clock.left].map(formatDuration);
    const percent = ((result.last.all ?? 0) * 100).toFixed(1);
    say(`${label}: ${percent} % of all; grid: ${spent} spent, ETA ${left}`);
  }
  return undefined;
}

/** Writes the network of every place as a model, each from its last checkpoint. */
export async function exportGrid(
  settings: GridSettings,
  data: LongTailDataset,
  backend: string,
  say: (line: string) => void,
): Promise<void> {
  const { methods, seeds } = settings;
  for (const place of seeds.flatMap((seed) => methods.map((method) => ({ method, seed })))) {
    say(`Written to ${await exportModel(cellAt(settings, place, data, backend))}`);
  }
}

function cellAt(settings: GridSettings, place: Place, data: LongTailDataset, backend: string): Cell {
  const { out, methods, seeds, dataDir } = settings;
  const { method: name, seed } = place;
  const method = methodOf(name);
  return {
    name,
    method,
    from: lastCheckpoint(out, { method: method.base ?? name, seed }),
    seed,
    settings,
    data,
    backend,
    folder: cellFolder(out, place),
    label: () => name,
    onEvent: () => undefined,
    typed: settings.typed,
    resumeCommand: commandOf(settings, methods, seeds, settings.typed)
      .replace('--data-dir DIR', () => (dataDir ? `--data-dir ${shellWord(dataDir)}` : ''))
      .replace('--out DIR', () => `--out ${shellWord(out)}`),
  };
}
