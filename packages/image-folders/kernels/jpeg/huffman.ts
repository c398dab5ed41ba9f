/** Bits of a code, and of the number after it, that one look-up covers. */
export const LOOK = 10;

const LARGEST: usize = 4 << LOOK;
const OFFSET: usize = LARGEST + 4 * 17;
const SYMBOLS: usize = OFFSET + 4 * 17;
/** Where a table has its look-ups for passing over blocks. */
export const PASS: usize = SYMBOLS + 256;

/** Bytes of one table: look-ups, the largest code of each length, where its symbols begin, the symbols, and look-ups for passing. */
export function tableBytes(): usize {
  return PASS + (4 << LOOK);
}

// An entry says, from its lowest bit on: 5 bits, how many bits are used up; 4 bits, how many zeros come before; 4 bits, how many bits of the
// number are still to be read; and from bit 16 on the number, if all of it was looked up. 0: the code is longer than `LOOK`.

/** Where an entry has its zeros. */
export const RUN: i32 = 5;
/** Where it has the size of a number that is still to be read. */
export const REST: i32 = 9;
/** Where it has the number. */
export const NUMBER: i32 = 16;

// An entry for passing over covers as many codes as it holds: 5 bits, how many bits they and their numbers take; 7 bits, how many coefficients
// they are; 1 bit, whether the block ends behind them. 0: not even one code.

/** Where an entry for passing has its coefficients. */
export const COEFFICIENTS: i32 = 5;
/** What one has with the end of the block. */
export const ENDS: i32 = 1 << 12;

/**
 * Writes a table from a JPEG's description of it, 16 counts and the symbols; `numbers`: whether the bits of a number that follow the code
 * are looked up along with it. False when there are no such codes.
 */
export function buildTable(table: usize, description: usize, numbers: bool): bool {
  memory.fill(table, 0, tableBytes());
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = <i32>load<u8>(description + length - 1);
    store<i32>(table + OFFSET + (length << 2), index - code);
    for (let i = 0; i < count; i++, code++, index++) {
      if (code >= 1 << length || index > 255) return false;
      const symbol = load<u8>(description + 16 + index);
      if (!numbers && symbol > 15) return false;
      store<u8>(table + SYMBOLS + index, symbol);
      if (length <= LOOK) fill(table, code, length, symbol, numbers);
    }
    store<i32>(table + LARGEST + (length << 2), count > 0 ? code - 1 : -1);
    code <<= 1;
  }
  if (numbers) for (let index = 0; index < 1 << LOOK; index++) fillPass(table, index);
  return true;
}

/** Every entry that begins with a code. */
function fill(table: usize, code: i32, length: i32, symbol: i32, numbers: bool): void {
  const free = LOOK - length;
  const size = symbol & 15;
  const run = symbol >> 4;
  for (let rest = 0; rest < 1 << free; rest++) {
    const at = table + (((code << free) | rest) << 2);
    if (numbers && size > 0 && size <= free) {
      const number = extend(rest >> (free - size), size);
      store<i32>(at, (length + size) | (run << RUN) | (number << NUMBER));
    } else {
      store<i32>(at, length | (run << RUN) | (size << REST));
    }
  }
}

/** The entry for passing over what begins with the bits of `index`. */
function fillPass(table: usize, index: i32): void {
  let used = 0;
  let coefficients = 0;
  let ends = 0;
  while (used < LOOK && ends === 0) {
    const entry = load<i32>(table + (((index << used) & ((1 << LOOK) - 1)) << 2));
    const length = entry & 31;
    if (entry === 0 || used + length > LOOK) break;
    const run = (entry >> RUN) & 15;
    const rest = (entry >> REST) & 15;
    if (rest > 0 || entry >> NUMBER !== 0 || run === 15) coefficients += run + 1;
    else if (run === 0) ends = ENDS;
    else break;
    used += length + rest;
  }
  store<i32>(table + PASS + (index << 2), used | (coefficients << COEFFICIENTS) | ends);
}

/** The entry for a code longer than `LOOK`, the next bits being the topmost of `bits`; 0 when there is none. */
export function longCode(table: usize, bits: u64): i32 {
  for (let length = LOOK + 1; length <= 16; length++) {
    const code = <i32>(bits >>> (64 - length));
    if (code > load<i32>(table + LARGEST + (length << 2))) continue;
    const symbol = <i32>load<u8>(table + SYMBOLS + code + load<i32>(table + OFFSET + (length << 2)));
    return length | ((symbol >> 4) << RUN) | ((symbol & 15) << REST);
  }
  return 0;
}

/** The number that `size` bits stand for, 1 .. 15 of them. */
export function extend(bits: i32, size: i32): i32 {
  return bits + (((bits >> (size - 1)) - 1) & (1 - (1 << size)));
}
