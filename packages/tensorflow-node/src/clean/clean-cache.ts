import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { withFolderLock } from '../build/folder-lock.js';
import { nativeCacheFolder } from '../find/cache-folder.js';
import { findUnused, type Unused } from './find-unused.js';

/** How the cache is cleaned. */
export interface CleanOptions {
  /** Removes every build, used or not; false by default. */
  readonly all?: boolean;
  /** Only tells; false by default. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** What was removed, and what could not be, with the reason. */
export interface Cleaned {
  readonly removed: readonly Unused[];
  readonly kept: readonly (Unused & { readonly reason: string })[];
}

/**
 * Removes from the cache what no set-up of today would use; waits for a set-up that is under way. What the file system does not let go
 * (a cache that may only be read, a library in use on Windows) is told.
 * Throws the signal's reason when aborted while waiting.
 */
export async function cleanCache({
  all = false,
  dryRun = false,
  signal,
}: CleanOptions = {}): Promise<Cleaned> {
  if (dryRun || !existsSync(nativeCacheFolder())) return { removed: await findUnused(all), kept: [] };
  const work = async (): Promise<Cleaned> => {
    const removed: Unused[] = [];
    const kept: (Unused & { reason: string })[] = [];
    for (const unused of await findUnused(all)) {
      try {
        await rm(unused.path, { recursive: true, force: true });
        removed.push(unused);
      } catch (error) {
        kept.push({ ...unused, reason: (error as Error).message });
      }
    }
    return { removed, kept };
  };
  try {
    return await withFolderLock(nativeCacheFolder(), work, { signal });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!['EACCES', 'EROFS', 'EPERM'].includes(code ?? '')) throw error;
    const kept = (await findUnused(all)).map((unused) => ({ ...unused, reason: message }));
    return { removed: [], kept };
  }
}
