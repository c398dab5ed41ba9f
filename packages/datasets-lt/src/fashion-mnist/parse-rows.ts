import { errors } from '../errors.js';

const ZERO = 0x30;
const NINE = 0x39;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;

/**
 * The numbers of `{"data":[[…],[…]]}` as bytes, row after row, each of `rowLength` numbers in 0 .. 255; empty rows are
 * left out. Reads the bytes of the text directly, because the objects that JSON.parse makes of a row take ten times the
 * room and most of the time. Throws `DATASETS_BAD_FILE`.
 */
export function parseRows(text: Uint8Array, rowLength: number, file: string): Uint8Array {
  const fail = (at: number, found: string) => {
    const expected = `rows of ${rowLength} numbers in 0 .. 255`;
    return errors.BAD_FILE({ file, expected, found: `${found} at byte ${at}` });
  };
  // A number takes at least two bytes of text.
  const rows = new Uint8Array(text.length >> 1);
  let length = 0;
  let rowStart = 0;
  let value = -1;
  const from = text.indexOf(OPEN) + 1;
  if (from === 0) throw fail(0, 'no array');
  let depth = 1;
  let at = from;
  for (; at < text.length && depth > 0; at++) {
    const byte = text[at];
    if (byte >= ZERO && byte <= NINE) {
      value = (value < 0 ? 0 : value) * 10 + byte - ZERO;
      if (value > 255 || depth !== 2) throw fail(at, `the number ${value}`);
    } else if (byte === OPEN) {
      depth++;
      rowStart = length;
    } else if (byte === COMMA || byte === CLOSE) {
      if (value >= 0) rows[length++] = value;
      value = -1;
      if (byte === COMMA) continue;
      if (depth-- === 2 && length !== rowStart && length - rowStart !== rowLength) {
        throw fail(at, `a row of ${length - rowStart}`);
      }
    } else {
      throw fail(at, `the character '${String.fromCharCode(byte)}'`);
    }
  }
  if (depth > 0) throw fail(at, 'the end of the file');
  return rows.slice(0, length);
}
