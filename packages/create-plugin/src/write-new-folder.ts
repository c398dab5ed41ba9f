import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createPluginErrors } from './errors.js';

/**
 * Writes files, by path within it, into a folder that is new or empty (a `.git` may be there). Files that are there are never
 * touched; a failure, such as a full disk, takes back the files that it wrote. Throws `CREATE_FOLDER_IN_USE` and `CREATE_NOT_WRITTEN`.
 */
export function writeNewFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const begun: string[] = [];
  try {
    const found = existsSync(folder) ? readdirSync(folder).filter((entry) => entry !== '.git') : [];
    if (found.length > 0) throw createPluginErrors.FOLDER_IN_USE({ folder, found: found.slice(0, 5) });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      begun.push(join(folder, path));
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
  } catch (cause) {
    // The last is not ours where it was there already.
    const { code } = cause as NodeJS.ErrnoException;
    for (const path of code === 'EEXIST' ? begun.slice(0, -1) : begun) rmSync(path, { force: true });
    if (!(cause instanceof Error) || !('errno' in cause)) throw cause;
    throw createPluginErrors.NOT_WRITTEN({ folder, reason: cause.message }, { cause });
  }
}
