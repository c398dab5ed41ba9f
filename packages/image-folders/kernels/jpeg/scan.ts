import { extend, longCode, LOOK, NUMBER, REST, RUN } from './huffman';
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

/** How many bits of the scan were taken. */
let position: i32 = 0;
/** One beyond the first byte of the scan, which lies back to front. */
let top: usize = 0;

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
  top = scan;
  position = 0;
  forget();
  memory.fill(block, 0, 128);
  let left = interval;
  for (let row = 0; row < toRow; row++) {
    for (let column = 0; column < columns; column++) {
      if (interval > 0 && left-- == 0) {
        position = (position + 7) & ~7;
        if (load<i32>(restarts) << 3 != position) return false;
        restarts += 4;
        left = interval - 1;
              forget();
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
      if (position > bytes << 3) return false;
      if (row == toRow - 1 && column == toColumn - 1) return true;
    }
  }
  return true;
}

/** At the beginning and after a restart. */
function forget(): void {
  for (let index: usize = 0; index < 3; index++) store<i32>(components + (index << 5), 0, LAST);
}

/** Takes the first coefficient of a block, before quantisation, off the scan; the code of the others begins behind it. */
function readFirst(component: usize): bool {
  const table = load<usize>(component, FIRST_TABLE);
  const next = load<u64>(top - 8 - (position >> 3)) << (position & 7);
  let entry = load<i32>(table + (<usize>(next >>> (64 - LOOK)) << 2));
  if (entry == 0) entry = longCode(table, next);
  if (entry == 0) return false;
  const length = entry & 31;
  const size = (entry >> REST) & 15;
  position += length + size;
  if (size > 0) {
    const difference = extend(<i32>((next << length) >>> (64 - size)), size);
    store<i32>(component, load<i32>(component, LAST) + difference, LAST);
  }
  return true;
}

function readBlock(component: usize, result: usize, stride: usize): bool {
  if (!readFirst(component)) return false;
  const quantisation = load<usize>(component, QUANTISATION);
  const table = load<usize>(component, OTHER_TABLE);
  const level = load<i32>(component, LAST) * <i32>load<u16>(quantisation);
  // The next bits, the topmost first, and how many of them are good; after each number at least 32.
  let at = position;
  let bits = load<u64>(top - 8 - (at >> 3)) << (at & 7);
  let good = 64 - (at & 7);
  let flat = true;
  for (let k = 1; k < 64; k++) {
    if (good < 32) {
      bits = load<u64>(top - 8 - (at >> 3)) << (at & 7);
      good = 64 - (at & 7);
    }
    let entry = load<i32>(table + (<usize>(bits >>> (64 - LOOK)) << 2));
    if (entry == 0) entry = longCode(table, bits);
    const length = entry & 31;
    bits <<= length;
    good -= length;
    at += length;
    const run = (entry >> RUN) & 15;
    let number = entry >> NUMBER;
    k += run;
    if (number == 0) {
      const size = (entry >> REST) & 15;
      if (size == 0) {
        if (run == 15) continue;
        if (run == 0 && entry != 0) break;
        return false;
      }
      number = extend(<i32>(bits >>> (64 - size)), size);
      bits <<= size;
      good -= size;
      at += size;
    }
    if (k > 63) return false;
    flat = false;
    const place = <usize>load<u8>(ORDER + k);
    store<i16>(block + (place << 1), <i16>(number * <i32>load<u16>(quantisation + (k << 1))));
  }
  position = at;
  if (flat) {
    flatBlock(level, result, stride);
  } else {
    store<i16>(block, <i16>level);
    inverseDct(block, result, stride);
  }
  return true;
}

/** As `readBlock`, without its numbers. */
function passBlock(component: usize): bool {
  if (!readFirst(component)) return false;
  const table = load<usize>(component, OTHER_TABLE);
  let at = position;
  let bits = load<u64>(top - 8 - (at >> 3)) << (at & 7);
  let good = 64 - (at & 7);
  for (let k = 1; k < 64; k++) {
    if (good < 32) {
      bits = load<u64>(top - 8 - (at >> 3)) << (at & 7);
      good = 64 - (at & 7);
    }
    let entry = load<i32>(table + (<usize>(bits >>> (64 - LOOK)) << 2));
    if (entry == 0) entry = longCode(table, bits);
    const size = (entry >> REST) & 15;
    const length = (entry & 31) + size;
    bits <<= length;
    good -= length;
    at += length;
    const run = (entry >> RUN) & 15;
    k += run;
    if (size == 0 && entry >> NUMBER == 0) {
      if (run == 15) continue;
      if (run == 0 && entry != 0) break;
      return false;
    }
    if (k > 63) return false;
  }
  position = at;
  return true;
}
