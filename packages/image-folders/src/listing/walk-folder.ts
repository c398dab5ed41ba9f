import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { imageErrors } from '../errors.js';
import { type LooseImages, LooseImagesBuilder } from './loose-images.js';
import { IMAGE_SUFFIXES, isImageName } from './suffixes.js';

/** A folder of class folders, as it was found. */
export interface WalkedFolder {
  readonly images: LooseImages;
  readonly classNames: readonly string[];
  /** Files that are no images by their name, and were left out. */
  readonly ignored: number;
}

/**
 * Finds the images of a folder that holds one folder per class. Classes are the folders' names in the order of their
 * UTF-16 code units; images are found at any depth below, in the same order of their paths, whatever order the file
 * system lists them in. Links to files and folders are followed, a folder that leads back into itself only once. Hidden names
 * are left out. `classNames` gives the classes instead, for the folder of another part of the same data set.
 * Throws `IMAGES_NOT_FOUND`, `IMAGES_NO_CLASSES`, `IMAGES_CLASS_EMPTY` or `IMAGES_UNKNOWN_CLASS`.
 */
export async function walkFolder(root: string, classNames?: readonly string[]): Promise<WalkedFolder> {
  const found = await entriesOf(root, 'a folder with one folder per class');
  const folders: string[] = [];
  let ignored = 0;
  for (const entry of found) {
    if (entry.name.startsWith('.')) continue;
    if ((await kindOf(root, entry)) === 'folder') folders.push(entry.name);
    else ignored++;
  }
  folders.sort(byCodeUnit);
  if (folders.length < (classNames ? 1 : 2)) {
    throw imageErrors.NO_CLASSES({ folder: root, found: describe(folders.length, found.length) });
  }
  const labelOf = new Map((classNames ?? folders).map((name, label) => [name, label]));
  const builder = new LooseImagesBuilder(root);
  const empty: string[] = [];
  for (const name of folders) {
    const label = labelOf.get(name);
    if (label === undefined) {
      throw imageErrors.UNKNOWN_CLASS({ where: root, className: name, known: labelOf.size });
    }
    const paths: string[] = [];
    ignored += await collect(root, name, paths, new Set());
    paths.sort(byCodeUnit);
    if (paths.length === 0) empty.push(name);
    for (const path of paths) builder.add(path, label);
  }
  if (empty.length > 0 && !classNames) {
    throw imageErrors.CLASS_EMPTY({ where: root, classes: empty, suffixes: IMAGE_SUFFIXES.join(' ') });
  }
  return { images: builder.build(), classNames: classNames ?? folders, ignored };
}

/** Adds the images below a folder to `paths`; returns how many other files there were. */
async function collect(root: string, folder: string, paths: string[], above: Set<string>): Promise<number> {
  const at = join(root, folder);
  const real = await realpath(at);
  if (above.has(real)) return 0;
  above.add(real);
  let ignored = 0;
  for (const entry of await entriesOf(at, 'a folder of images')) {
    if (entry.name.startsWith('.')) continue;
    const kind = await kindOf(at, entry);
    if (kind === 'folder') ignored += await collect(root, `${folder}/${entry.name}`, paths, above);
    else if (isImageName(entry.name)) paths.push(`${folder}/${entry.name}`);
    else ignored++;
  }
  above.delete(real);
  return ignored;
}

/** What an entry is; a link is what it leads to, and a broken one counts as a file, to be named when it is read. */
async function kindOf(folder: string, entry: Dirent): Promise<'folder' | 'file'> {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? 'folder' : 'file';
  const target = await stat(join(folder, entry.name)).catch(() => undefined);
  return target?.isDirectory() ? 'folder' : 'file';
}

/** What lies in a folder; throws `IMAGES_NOT_FOUND`. */
export async function entriesOf(folder: string, what: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw imageErrors.NOT_FOUND({ what, path: folder, reason }, { cause });
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function describe(folders: number, entries: number): string {
  return `${folders} folder${folders === 1 ? '' : 's'} and ${entries - folders} other entries`;
}
