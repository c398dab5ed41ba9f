import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The sizes of all files in a folder, in bytes, one with several names once; what comes and goes meanwhile is left out. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const found = await Promise.all(names.map((name) => lstat(join(folder, name)).catch(() => undefined)));
  const files = found.filter((entry) => entry?.isFile() === true);
  const bytes = new Map(files.map((entry, at) => [entry!.nlink > 1 ? entry!.ino : -1 - at, entry!.size]));
  return [...bytes.values()].reduce((sum, size) => sum + size, 0);
}
