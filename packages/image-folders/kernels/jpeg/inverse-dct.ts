// The accurate integer transform of the Independent JPEG Group's library (jidctint.c; Loeffler, Ligtenberg and Moschytz, 1989), with
// the rounding, and the saturation to 16 bits, that libjpeg-turbo has in SIMD. Constants have 13 bits after the point.

const POINT = 13;
/** Bits after the point that are kept between the two passes. */
const KEPT = 2;

/** Sums of the upper four and the lower four columns, 8 × 2 × 4 numbers of 32 bits. */
const sums = memory.data(256, 16);

/** Turns a block of 8 × 8 coefficients of 16 bits into samples, and writes them; zeroes the block. */
export function inverseDct(block: usize, result: usize, stride: usize): void {
  pass(block, POINT - KEPT);
  transpose(block);
  pass(block, POINT + KEPT + 3);
  writeTransposed(block, result, stride);
  memory.fill(block, 0, 128);
}

/** What `inverseDct` gives for a block with nothing but its first coefficient. */
export function flatBlock(first: i32, result: usize, stride: usize): void {
  const level = min(127, max(-128, ((first << KEPT) + 16) >> 5)) + 128;
  const row = <u64>level * 0x0101_0101_0101_0101;
  for (let y = 0; y < 8; y++, result += stride) store<u64>(result, row);
}

/** One dimension, along the rows of the block's memory, for eight columns at once. */
function pass(block: usize, shift: i32): void {
  const r0 = v128.load(block);
  const r1 = v128.load(block, 16);
  const r2 = v128.load(block, 32);
  const r3 = v128.load(block, 48);
  const r4 = v128.load(block, 64);
  const r5 = v128.load(block, 80);
  const r6 = v128.load(block, 96);
  const r7 = v128.load(block, 112);
  const z3 = i16x8.add(r7, r3);
  const z4 = i16x8.add(r5, r1);
  half(low(r0, r4), low(r2, r6), low(z3, z4), low(r7, r1), low(r5, r3), shift, sums);
  half(high(r0, r4), high(r2, r6), high(z3, z4), high(r7, r1), high(r5, r3), shift, sums + 16);
  for (let row: usize = 0; row < 8; row++) {
    const at = sums + (row << 5);
    v128.store(block + (row << 4), i16x8.narrow_i32x4_s(v128.load(at), v128.load(at, 16)));
  }
}

function half(r04: v128, r26: v128, z34: v128, r71: v128, r53: v128, shift: i32, to: usize): void {
  const one: i16 = 8192;
  const rounding = i32x4.splat(1 << (shift - 1));
  const even0 = i32x4.add(i32x4.dot_i16x8_s(r04, i16x8(one, one, one, one, one, one, one, one)), rounding);
  const even1 = i32x4.add(
    i32x4.dot_i16x8_s(r04, i16x8(one, -one, one, -one, one, -one, one, -one)),
    rounding,
  );
  const even2 = weighted(r26, 4433, 4433 - 15137);
  const even3 = weighted(r26, 4433 + 6270, 4433);
  const sum0 = i32x4.add(even0, even3);
  const sum1 = i32x4.add(even1, even2);
  const sum2 = i32x4.sub(even1, even2);
  const sum3 = i32x4.sub(even0, even3);
  const z3 = weighted(z34, 9633 - 16069, 9633);
  const z4 = weighted(z34, 9633, 9633 - 3196);
  const odd0 = i32x4.add(weighted(r71, 2446 - 7373, -7373), z3);
  const odd1 = i32x4.add(weighted(r53, 16819 - 20995, -20995), z4);
  const odd2 = i32x4.add(weighted(r53, -20995, 25172 - 20995), z3);
  const odd3 = i32x4.add(weighted(r71, -7373, 12299 - 7373), z4);
  v128.store(to, i32x4.shr_s(i32x4.add(sum0, odd3), shift));
  v128.store(to, i32x4.shr_s(i32x4.add(sum1, odd2), shift), 32);
  v128.store(to, i32x4.shr_s(i32x4.add(sum2, odd1), shift), 64);
  v128.store(to, i32x4.shr_s(i32x4.add(sum3, odd0), shift), 96);
  v128.store(to, i32x4.shr_s(i32x4.sub(sum3, odd0), shift), 128);
  v128.store(to, i32x4.shr_s(i32x4.sub(sum2, odd1), shift), 160);
  v128.store(to, i32x4.shr_s(i32x4.sub(sum1, odd2), shift), 192);
  v128.store(to, i32x4.shr_s(i32x4.sub(sum0, odd3), shift), 224);
}

function weighted(pairs: v128, a: i32, b: i32): v128 {
  return i32x4.dot_i16x8_s(pairs, i32x4.splat((a & 0xffff) | (b << 16)));
}

function low(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

function high(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

function low32(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

function high32(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}

/** 8 × 8 numbers of 16 bits, in place. */
function transpose(block: usize): void {
  const r0 = v128.load(block);
  const r1 = v128.load(block, 16);
  const r2 = v128.load(block, 32);
  const r3 = v128.load(block, 48);
  const r4 = v128.load(block, 64);
  const r5 = v128.load(block, 80);
  const r6 = v128.load(block, 96);
  const r7 = v128.load(block, 112);
  const a0 = low32(low(r0, r1), low(r2, r3));
  const a1 = high32(low(r0, r1), low(r2, r3));
  const a2 = low32(high(r0, r1), high(r2, r3));
  const a3 = high32(high(r0, r1), high(r2, r3));
  const b0 = low32(low(r4, r5), low(r6, r7));
  const b1 = high32(low(r4, r5), low(r6, r7));
  const b2 = low32(high(r4, r5), high(r6, r7));
  const b3 = high32(high(r4, r5), high(r6, r7));
  v128.store(block, v128.shuffle<i64>(a0, b0, 0, 2));
  v128.store(block, v128.shuffle<i64>(a0, b0, 1, 3), 16);
  v128.store(block, v128.shuffle<i64>(a1, b1, 0, 2), 32);
  v128.store(block, v128.shuffle<i64>(a1, b1, 1, 3), 48);
  v128.store(block, v128.shuffle<i64>(a2, b2, 0, 2), 64);
  v128.store(block, v128.shuffle<i64>(a2, b2, 1, 3), 80);
  v128.store(block, v128.shuffle<i64>(a3, b3, 0, 2), 96);
  v128.store(block, v128.shuffle<i64>(a3, b3, 1, 3), 112);
}

/** Column after column of the block becomes a row of samples around 128. */
function writeTransposed(block: usize, result: usize, stride: usize): void {
  const ab = columns(block);
  const cd = columns(block + 32);
  const ef = columns(block + 64);
  const gh = columns(block + 96);
  const top = low(ab, cd);
  const bottom = high(ab, cd);
  const topRight = low(ef, gh);
  const bottomRight = high(ef, gh);
  writeTwo(low32(top, topRight), result, stride);
  writeTwo(high32(top, topRight), result + stride * 2, stride);
  writeTwo(low32(bottom, bottomRight), result + stride * 4, stride);
  writeTwo(high32(bottom, bottomRight), result + stride * 6, stride);
}

/** Two columns of eight, as bytes side by side. */
function columns(at: usize): v128 {
  const both = i8x16.narrow_i16x8_s(v128.load(at), v128.load(at, 16));
  const sides = i8x16.shuffle(both, both, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  return v128.xor(sides, i8x16.splat(-128));
}

function writeTwo(rows: v128, result: usize, stride: usize): void {
  v128.store_lane<u64>(result, rows, 0);
  v128.store_lane<u64>(result + stride, rows, 1);
}
