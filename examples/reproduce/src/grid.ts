import { join } from 'node:path';
import type { LongTailDataset } from '@evenkeel/datasets-lt';
import { formatDuration } from '@evenkeel/trainer-core/node';
import { runCell } from './cell.js';
import { GridClock } from './grid-clock.js';
import { cellIdentity, checkCellFolder, checkSameCell } from './cell-identity.js';
import { methodOf } from './methods.js';
import { readResult, resultPath, writeResult } from './result-file.js';
import { commandOf } from './settings.js';
import type { GridSettings } from './settings.js';

/** A method with a seed. */
export interface Place {
  readonly method: string;
  readonly seed: number;
}

/** Every method with the first seed, then with the second, and so on: whole comparisons come early. */
export function placesOf({ methods, seeds }: Pick<GridSettings, 'methods' | 'seeds'>): Place[] {
  methods.forEach(methodOf);
  return seeds.flatMap((seed) => methods.map((method) => ({ method, seed })));
}

/** The places without a result; results, and interrupted cells, of other settings are refused before anything runs. */
export async function openPlaces(settings: GridSettings): Promise<Place[]> {
  const open: Place[] = [];
  for (const place of placesOf(settings)) {
    const path = resultPath(settings.out, place.method, place.seed);
    const identity = cellIdentity(settings, methodOf(place.method).options());
    const result = await readResult(path);
    if (result) checkSameCell(path, result, identity);
    else await checkCellFolder(cellFolder(settings.out, place), identity);
    if (!result) open.push(place);
  }
  return open;
}

/** Where a cell keeps its checkpoints and metrics. */
function cellFolder(out: string, { method, seed }: Place): string {
  return join(out, 'runs', `${method}.seed-${seed}`);
}

/** Runs what is open, a result file per cell; false when it was interrupted. */
export async function runGrid(
  settings: GridSettings,
  open: readonly Place[],
  data: LongTailDataset,
  backend: string,
  say: (line: string) => void,
): Promise<boolean> {
  const { out, methods, seeds } = settings;
  const clock = new GridClock(open.length);
  for (const [at, { method: name, seed }] of open.entries()) {
    const label = `[${at + 1}/${open.length}] ${name} seed ${seed}`;
    const result = await runCell({
      name,
      method: methodOf(name),
      seed,
      settings,
      data,
      backend,
      folder: cellFolder(out, { method: name, seed }),
      label: () => `${label} (grid: ETA ${formatDuration(clock.left)})`,
      onEvent: (event) => clock.follow(event),
      goOn: commandOf(settings, methods, seeds).replace('--out DIR', `--out ${out}`),
    });
    if (result === undefined) return false;
    await writeResult(resultPath(out, name, seed), result);
    clock.end();
    const [spent, left] = [clock.spent, clock.left].map(formatDuration);
    const percent = ((result.last.all ?? 0) * 100).toFixed(1);
    say(`${label}: ${percent} % of all; grid: ${spent} spent, ETA ${left}`);
  }
  return true;
}
