import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { isEvenkeelError } from '@evenkeel/errors';
import type { LongTailDataset } from '@evenkeel/datasets-lt';
import { lockFolder } from '@evenkeel/trainer-core/node';
import { cellFolder } from './cell-folder.js';
import type { Place } from './cell-folder.js';
import type { Interrupted } from './cell.js';
import { compareErrors } from './errors.js';
import { openPlaces, runGrid } from './grid.js';
import type { GridSettings } from './settings.js';

/** Between two looks at a cell that another process trains, ms. */
const PAUSE = 2_000;

/** The cells that were asked for, as a cluster's array counts them: all methods of the first seed, of the second ... */
export function cellsOf({ methods, seeds }: Pick<GridSettings, 'methods' | 'seeds'>): readonly Place[] {
  return seeds.flatMap((seed) => methods.map((method) => ({ method, seed })));
}

/** The settings of one of them alone. Throws COMPARE_NO_SUCH_CELL. */
export function settingsOfCell(settings: GridSettings, index: number): GridSettings {
  const cells = cellsOf(settings);
  const cell = cells.at(index);
  if (index < 0 || cell === undefined) throw compareErrors.NO_SUCH_CELL({ index, cells: cells.length });
  return { ...settings, methods: [cell.method], seeds: [cell.seed] };
}

/**
 * Trains one cell into a folder that others share, its first stage before it: whatever another process is at is waited for, and
 * what it leaves unfinished is taken over where it stopped. `settings` are those of the cell alone; `load` is called when
 * something has to be trained. Says why when it was interrupted.
 */
export async function runCellAt(
  settings: GridSettings,
  load: () => Promise<{ readonly data: LongTailDataset; readonly backend: string }>,
  say: (line: string) => void,
  pauseMs: number = PAUSE,
): Promise<Interrupted | undefined> {
  let loaded: ReturnType<typeof load> | undefined;
  let waitsFor = '';
  for (;;) {
    const [place] = await openPlaces(settings);
    if (place === undefined) return undefined;
    loaded ??= load();
    const { data, backend } = await loaded;
    try {
      const lock = await lockFolder(join(cellFolder(settings.out, place), 'claim'));
      try {
        // Another may have finished it between the look and the claim.
        const [still] = await openPlaces(settings);
        if (still?.method !== place.method) continue;
        const interrupted = await runGrid(settings, [place], data, backend, say);
        if (interrupted) return interrupted;
      } finally {
        lock.release();
      }
    } catch (error) {
      if (!isEvenkeelError(error, 'TRAINER_NODE_RUN_IN_USE')) throw error;
      const name = `${place.method} seed ${place.seed}`;
      if (waitsFor !== name) say(`Another process trains ${name}: waiting for it.`);
      waitsFor = name;
      await pause(pauseMs);
    }
  }
}
