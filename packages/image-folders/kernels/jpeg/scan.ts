import { COEFFICIENTS, ENDS, extend, longCode, LOOK, NUMBER, PASS, REST, RUN } from './huffman';
import { flatBlock, inverseDct } from './inverse-dct';

/** Where the coefficients come in a file, as numbers in rows. */
// prettier-ignore
const ORDER = memory.data<u8>([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56,
  57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
]);

/** One block of coefficients; all zeros between two blocks. */
const block = memory.data(128, 16);

/** For each of three components: blocks in a row and in a column of a unit, tables, quantisation, plane, its stride; last value. */
const components = memory.data(3 * 32, 16);
const WIDE: usize = 0;
const HIGH: usize = 4;
const FIRST_TABLE: usize = 8;
const OTHER_TABLE: usize = 12;
const QUANTISATION: usize = 16;
const PLANE: usize = 20;
const STRIDE: usize = 24;
const LAST: usize = 28;

/** Bits that were read and not used, the topmost first, how many there are, and where the next ones lie: before this address. */
let held: u64 = 0;
let good: i32 = 0;
let next: usize = 0;

/** Of a coefficient that is not the first; with the longest code two of them take no more than a filling gives. */
const MOST_BITS = 10;

/** Describes component `index`; `quantisation`: 64 numbers of 16 bits, in the order of the file. */
export function setComponent(
  index: i32,
  wide: i32,
  high: i32,
  firstTable: usize,
  otherTable: usize,
  quantisation: usize,
  plane: usize,
  stride: usize,
): void {
  const at = components + (index << 5);
  store<i32>(at, wide, WIDE);
  store<i32>(at, high, HIGH);
  store<usize>(at, firstTable, FIRST_TABLE);
  store<usize>(at, otherTable, OTHER_TABLE);
  store<usize>(at, quantisation, QUANTISATION);
  store<usize>(at, plane, PLANE);
  store<usize>(at, stride, STRIDE);
}

/**
 * Decodes the units of rows `fromRow` to `toRow` and columns `fromColumn` to `toColumn` into the planes, and passes over what comes before
 * and between them. `scan`: as `unstuff` has written it, `bytes` long. False for what a sound file does not have.
 */
export function decodeScan(
  scan: usize,
  bytes: i32,
  count: i32,
  columns: i32,
  fromColumn: i32,
  toColumn: i32,
  fromRow: i32,
  toRow: i32,
  interval: i32,
  restarts: usize,
): bool {
  begin(scan);
  memory.fill(block, 0, 128);
  let left = interval;
  for (let row = 0; row < toRow; row++) {
    for (let column = 0; column < columns; column++) {
      if (interval > 0 && left-- === 0) {
        // The rest of a byte is padding.
        const used = (bitsUsed(scan) + 7) >> 3;
        if (load<i32>(restarts) !== used) return false;
        begin(scan - used);
        restarts += 4;
        left = interval - 1;
      }
      const wanted = row >= fromRow && column >= fromColumn && column < toColumn;
      for (let index = 0; index < count; index++) {
        const component = components + (index << 5);
        const wide = load<i32>(component, WIDE);
        const high = load<i32>(component, HIGH);
        if (!wanted) {
          for (let i = wide * high; i > 0; i--) if (!passBlock(component)) return false;
          continue;
        }
        const stride = load<usize>(component, STRIDE);
        let plane = load<usize>(component, PLANE) + (((column - fromColumn) * wide) << 3);
        plane += <usize>(((row - fromRow) * high) << 3) * stride;
        for (let y = 0; y < high; y++, plane += stride << 3)
          for (let x = 0; x < wide; x++) if (!readBlock(component, plane + (x << 3), stride)) return false;
      }
      if (bitsUsed(scan) > bytes << 3) return false;
      if (row === toRow - 1 && column === toColumn - 1) return true;
    }
  }
  return true;
}

/** At the beginning and after a restart, whose bits lie before `from`. */
function begin(from: usize): void {
  next = from;
  held = 0;
  good = 0;
  for (let index: usize = 0; index < 3; index++) store<i32>(components + (index << 5), 0, LAST);
}

function bitsUsed(scan: usize): i32 {
  return <i32>((scan - next) << 3) - good;
}

/** Takes the first coefficient of a block off the scan, and keeps it. */
function readFirst(component: usize): bool {
  const table = load<usize>(component, FIRST_TABLE);
  let bits = held | (load<u64>(next - 8) >>> good);
  next -= (63 - good) >> 3;
  let left = good | 56;
  let entry = load<i32>(table + ((<usize>(bits >>> (64 - LOOK))) << 2));
  if (entry === 0) entry = longCode(table, bits);
  if (entry === 0) return false;
  const size = (entry >> REST) & 15;
  bits <<= entry & 31;
  left -= (entry & 31) + size;
  if (size > 0) {
    const difference = extend(<i32>(bits >>> (64 - size)), size);
    store<i32>(component, load<i32>(component, LAST) + difference, LAST);
    bits <<= size;
  }
  held = bits;
  good = left;
  return true;
}

/**
 * Takes a block off the scan and makes samples of it. Bits are filled up before every second code, without asking whether that is
 * needed: a branch that the processor cannot foretell costs more.
 */
function readBlock(component: usize, result: usize, stride: usize): bool {
  if (!readFirst(component)) return false;
  let from = next;
  let bits = held;
  let left = good;
  const table = load<usize>(component, OTHER_TABLE);
  const quantisation = load<usize>(component, QUANTISATION);
  let flat = true;
  let fill = true;
  for (let k = 1; k < 64; k++) {
    if (fill) {
      bits |= load<u64>(from - 8) >>> left;
      from -= (63 - left) >> 3;
      left |= 56;
    }
    fill = !fill;
    let entry = load<i32>(table + ((<usize>(bits >>> (64 - LOOK))) << 2));
    if (entry === 0) entry = longCode(table, bits);
    const length = entry & 31;
    bits <<= length;
    left -= length;
    const run = (entry >> RUN) & 15;
    let number = entry >> NUMBER;
    k += run;
    if (number === 0) {
      const size = (entry >> REST) & 15;
      if (size === 0) {
        if (run === 15) continue;
        if (run === 0 && entry !== 0) break;
        return false;
      }
      if (size > MOST_BITS) return false;
      number = extend(<i32>(bits >>> (64 - size)), size);
      bits <<= size;
      left -= size;
    }
    if (k > 63) return false;
    flat = false;
    const place = <usize>load<u8>(ORDER + k);
    store<i16>(block + (place << 1), <i16>(number * <i32>load<u16>(quantisation + (k << 1))));
  }
  next = from;
  held = bits;
  good = left;
  const level = <i16>(load<i32>(component, LAST) * <i32>load<u16>(quantisation));
  if (flat) {
    flatBlock(level, result, stride);
  } else {
    store<i16>(block, level);
    inverseDct(block, result, stride);
  }
  return true;
}

/** As `readBlock`, without samples, several codes at once. */
function passBlock(component: usize): bool {
  if (!readFirst(component)) return false;
  let from = next;
  let bits = held;
  let left = good;
  const table = load<usize>(component, OTHER_TABLE);
  let fill = true;
  for (let k = 1; k < 64;) {
    if (fill) {
      bits |= load<u64>(from - 8) >>> left;
      from -= (63 - left) >> 3;
      left |= 56;
    }
    fill = !fill;
    const look = (<usize>(bits >>> (64 - LOOK))) << 2;
    const codes = load<i32>(table + PASS + look);
    const after = k + ((codes >> COEFFICIENTS) & 127);
    if (codes !== 0 && after < 64) {
      bits <<= codes & 31;
      left -= codes & 31;
      k = after;
      if ((codes & ENDS) !== 0) break;
      continue;
    }
    // A long code; or a block that may be full before the last of the codes.
    let entry = load<i32>(table + look);
    if (entry === 0) entry = longCode(table, bits);
    const run = (entry >> RUN) & 15;
    const size = (entry >> REST) & 15;
    if (entry === 0 || size > MOST_BITS) return false;
    bits <<= (entry & 31) + size;
    left -= (entry & 31) + size;
    if (size > 0 || entry >> NUMBER !== 0 || run === 15) k += run + 1;
    else if (run === 0) break;
    else return false;
    if (k > 64) return false;
  }
  next = from;
  held = bits;
  good = left;
  return true;
}
