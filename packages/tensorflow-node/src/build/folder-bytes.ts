import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The sizes of all files in a folder, in bytes; what comes and goes meanwhile is left out. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const found = await Promise.all(names.map((name) => lstat(join(folder, name)).catch(() => undefined)));
  return found.reduce((sum, entry) => sum + (entry?.isFile() ? entry.size : 0), 0);
}
