import { setTimeout as pause } from 'node:timers/promises';
import type { LongTailDataset } from '@evenkeel/datasets-lt';
import type { Place } from './cell-folder.js';
import { claimCell } from './claim-cell.js';
import { reproduceErrors } from './errors.js';
import { openPlaces, runGrid } from './grid.js';
import type { GridSettings } from './settings.js';

/** How a cell waits for others; the defaults are for real runs. */
export interface Waiting {
  /** Milliseconds between two looks; default 2,000. */
  readonly interval?: number;
  /** Milliseconds after which a process that is silent counts as gone; default 60,000. */
  readonly stale?: number;
}

/** The cells that were asked for, as a cluster's array counts them: all methods of the first seed, of the second ... */
export function cellsOf({ methods, seeds }: Pick<GridSettings, 'methods' | 'seeds'>): readonly Place[] {
  return seeds.flatMap((seed) => methods.map((method) => ({ method, seed })));
}

/** The settings of one of them alone. Throws REPRODUCE_NO_SUCH_CELL. */
export function settingsOfCell(settings: GridSettings, index: number): GridSettings {
  const cells = cellsOf(settings);
  const cell = cells.at(index);
  if (index < 0 || cell === undefined) throw reproduceErrors.NO_SUCH_CELL({ index, cells: cells.length });
  return { ...settings, methods: [cell.method], seeds: [cell.seed] };
}

/**
 * Trains one cell into a folder that others share, its first stage before it: whatever another process is at is waited for, and
 * what it leaves unfinished is taken over where it stopped. `settings` are those of the cell alone; `data` is loaded when
 * something has to be trained. False when it was interrupted.
 */
export async function runCellAt(
  settings: GridSettings,
  data: () => Promise<{ readonly data: LongTailDataset; readonly backend: string }>,
  say: (line: string) => void,
  { interval = 2_000, stale }: Waiting = {},
): Promise<boolean> {
  let waitsFor = '';
  for (;;) {
    const [place] = await openPlaces(settings);
    if (place === undefined) return true;
    const release = await claimCell(settings.out, place, stale);
    if (release === undefined) {
      const name = `${place.method} seed ${place.seed}`;
      if (waitsFor !== name) say(`Another process trains ${name}: waiting for it.`);
      waitsFor = name;
      await pause(interval);
      continue;
    }
    try {
      // Another may have finished it between the look and the claim.
      const [still] = await openPlaces(settings);
      if (still?.method !== place.method) continue;
      const loaded = await data();
      if (!(await runGrid(settings, [place], loaded.data, loaded.backend, say))) return false;
    } finally {
      await release();
    }
  }
}
