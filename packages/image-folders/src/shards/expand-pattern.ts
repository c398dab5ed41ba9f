import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { imageErrors } from '../errors.js';

/**
 * The files of a pattern, sorted: `*` and `?` in the last part of the path, ranges like `{000..127}` anywhere, as WebDataset
 * writes them. Throws `IMAGES_NOT_FOUND` when there is none.
 */
export async function expandPattern(pattern: string): Promise<string[]> {
  const files: string[] = [];
  for (const path of expandRanges(pattern)) {
    const name = basename(path);
    if (!/[*?]/.test(name)) {
      files.push(path);
      continue;
    }
    const shape = new RegExp(
      `^${name
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')}$`,
    );
    const found = await readdir(dirname(path)).catch(() => []);
    files.push(
      ...found
        .filter((entry) => shape.test(entry) && !entry.startsWith('.'))
        .map((entry) => join(dirname(path), entry)),
    );
  }
  if (files.length === 0) {
    throw imageErrors.NOT_FOUND({ what: 'shards', path: pattern, reason: 'no file of that name' });
  }
  return files.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function expandRanges(pattern: string): string[] {
  const range = /\{(\d+)\.\.(\d+)\}/.exec(pattern);
  if (!range) return [pattern];
  const [whole, first, last] = range;
  const paths: string[] = [];
  for (let number = Number(first); number <= Number(last); number++) {
    const digits = String(number).padStart(first.length, '0');
    paths.push(...expandRanges(pattern.replace(whole, digits)));
  }
  return paths;
}
