/** Numbers of which some are missing, as `metrics.jsonl` has them. */
export type Numbers = readonly (number | null)[];

/** A list as pages carry it: rounded numbers, or one byte per number. */
export type NumberList = Numbers | ByteList;

/** Numbers in one byte each: `offset + code × scale`, code 255: missing. */
export interface ByteList {
  /** Base64. */
  readonly bytes: string;
  readonly offset: number;
  readonly scale: number;
}

/** Longer lists are kept in one byte per number: they are pictures. */
const PLAIN_LENGTH = 2048;
const DIGITS = 4;
const MISSING = 255;
const CODES = 254;

/**
 * A list as pages carry it: up to 2048 numbers with 4 significant digits, more in one byte each, with an error of at most
 * (largest − least) / 508.
 */
export function packNumbers(values: Numbers): NumberList {
  if (values.length <= PLAIN_LENGTH) return values.map((value) => rounded(value));
  let [least, largest] = [Infinity, -Infinity];
  for (const value of values) {
    if (!isNumber(value)) continue;
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  const scale = largest > least ? (largest - least) / CODES : 1;
  const codes = Uint8Array.from(values, (value) =>
    isNumber(value) ? Math.round((value - least) / scale) : MISSING,
  );
  return { bytes: toBase64(codes), offset: Number.isFinite(least) ? least : 0, scale };
}

/** The numbers of a list again; NaN where one is missing. */
export function unpackNumbers(list: NumberList): Float64Array {
  if (!('bytes' in list)) return Float64Array.from(list, (value) => value ?? NaN);
  const { bytes, offset, scale } = list;
  return Float64Array.from(fromBase64(bytes), (code) => (code === MISSING ? NaN : offset + code * scale));
}

/** A number with a few significant digits; null where it is not finite. */
export function rounded(value: number | null, digits = DIGITS): number | null {
  return isNumber(value) ? Number(value.toPrecision(digits)) : null;
}

function isNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** Bytes that are turned into text at once: arguments of one call. */
const PIECE = 8192;

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let from = 0; from < bytes.length; from += PIECE) {
    pieces.push(String.fromCharCode(...bytes.subarray(from, from + PIECE)));
  }
  return btoa(pieces.join(''));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
