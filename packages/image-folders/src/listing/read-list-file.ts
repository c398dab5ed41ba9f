import { readFile } from 'node:fs/promises';
import { imageErrors } from '../errors.js';
import { type LooseImages, LooseImagesBuilder } from './loose-images.js';

/**
 * Reads a list of the field, `path label` in every line, the path below `root` in `/` notation and allowed to hold blanks;
 * empty lines are passed over. The order of the list is kept. `renumbered` maps the list's class numbers to labels.
 * Throws `IMAGES_NOT_FOUND` or `IMAGES_LIST_LINE`.
 */
export async function readListFile(
  file: string,
  root: string,
  renumbered?: ReadonlyMap<number, number>,
): Promise<LooseImages> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw imageErrors.NOT_FOUND({ what: 'a list of images', path: file, reason }, { cause });
  });
  const builder = new LooseImagesBuilder(root);
  let line = 0;
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    const row = text.slice(from, end < 0 ? text.length : end).trim();
    from = end < 0 ? text.length : end + 1;
    line++;
    if (row === '') continue;
    const cut = Math.max(row.lastIndexOf(' '), row.lastIndexOf('\t'));
    const label = cut > 0 && /^\d+$/.test(row.slice(cut + 1)) ? Number(row.slice(cut + 1)) : undefined;
    const known = label !== undefined && renumbered ? renumbered.get(label) : label;
    if (known === undefined || known > 0x7fffffff) {
      throw imageErrors.LIST_LINE({ file, line, text: row.slice(0, 80) });
    }
    builder.add(row.slice(0, cut).trimEnd().replace(/^\.\//, ''), known);
  }
  return builder.build();
}

/** The numbers that a list has, in ascending order, and how they are to be called. */
export function renumbering(labels: Int32Array): ReadonlyMap<number, number> {
  const numbers = [...new Set(labels)].sort((a, b) => a - b);
  return new Map(numbers.map((number, label) => [number, label]));
}
