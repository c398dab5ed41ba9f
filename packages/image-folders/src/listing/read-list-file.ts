import { readFile } from 'node:fs/promises';
import { imageErrors } from '../errors.js';
import { type LooseImages, LooseImagesBuilder } from './loose-images.js';

const [TAB, LINE_FEED, RETURN, BLANK, DOT, SLASH, ZERO, NINE] = Buffer.from('\t\n\r ./09');
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * Reads a list of the field, `path label` in every line, the path below `root` in `/` notation and allowed to hold blanks;
 * empty lines are passed over. The order of the list is kept. `renumbered` maps the list's class numbers to labels. Works on the
 * file's bytes: half a million lines would cost a second as texts. Throws `IMAGES_NOT_FOUND` or `IMAGES_LIST_LINE`.
 */
export async function readListFile(
  file: string,
  root: string,
  renumbered?: ReadonlyMap<number, number>,
): Promise<LooseImages> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw imageErrors.NOT_FOUND({ what: 'a list of images', path: file, reason }, { cause });
  });
  const builder = new LooseImagesBuilder(root);
  let next = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  for (let line = 1; next < bytes.length; line++) {
    let from = next;
    let end = from;
    while (end < bytes.length && bytes[end] !== LINE_FEED) end++;
    next = end + 1;
    while (from < end && isBlank(bytes[from])) from++;
    while (from < end && isBlank(bytes[end - 1])) end--;
    if (from === end) continue;
    let digits = end;
    while (digits > from && bytes[digits - 1] >= ZERO && bytes[digits - 1] <= NINE) digits--;
    let pathEnd = digits;
    while (pathEnd > from && isBlank(bytes[pathEnd - 1])) pathEnd--;
    const number = numberOf(bytes, digits, end);
    const label = renumbered ? renumbered.get(number) : number;
    if (
      digits === end ||
      pathEnd === digits ||
      pathEnd === from ||
      label === undefined ||
      label > 0x7fffffff
    ) {
      throw imageErrors.LIST_LINE({ file, line, text: bytes.toString('utf8', from, end).slice(0, 80) });
    }
    if (bytes[from] === DOT && bytes[from + 1] === SLASH) from += 2;
    builder.addBytes(bytes, from, pathEnd, label);
  }
  return builder.build();
}

function isBlank(byte: number): boolean {
  return byte === BLANK || byte === TAB || byte === RETURN;
}

function numberOf(bytes: Uint8Array, from: number, end: number): number {
  let number = 0;
  for (let at = from; at < end; at++) number = 10 * number + bytes[at] - ZERO;
  return number;
}

/** The numbers that a list has, in ascending order, and how they are to be called. */
export function renumbering(labels: Int32Array): ReadonlyMap<number, number> {
  const numbers = [...new Set(labels)].sort((a, b) => a - b);
  return new Map(numbers.map((number, label) => [number, label]));
}
