import { mkdir } from 'node:fs/promises';
import lockfile from 'proper-lockfile';
import { cellFolder } from './cell-folder.js';
import type { Place } from './cell-folder.js';

/** How long a process that trains a cell may be silent before it counts as gone, ms: steps keep its timers waiting. */
const STALE = 60_000;

/**
 * Makes a cell this process's, on any machine that sees the folder; returns what gives it back, or undefined where another
 * process has it. That of a process that was killed is free after `stale` ms.
 */
export async function claimCell(
  out: string,
  place: Place,
  stale: number = STALE,
): Promise<(() => Promise<void>) | undefined> {
  const folder = cellFolder(out, place);
  await mkdir(folder, { recursive: true });
  try {
    const options = {
      stale,
      update: stale / 6,
      lockfilePath: `${folder}.lock`,
      onCompromised: () => undefined,
    };
    const release = await lockfile.lock(folder, options);
    return () => release().catch(() => undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw error;
  }
}
