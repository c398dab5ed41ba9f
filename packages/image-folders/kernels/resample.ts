/** Fixed point with as many bits as a byte and two carries leave of 32. */
const BITS = 22;
const HALF: i32 = 1 << (BITS - 1);
/** A weight is `high` · 2^11 + `low`: both fit the 16 bits of the product of pairs. */
const LOW_BITS = 11;

/**
 * Filters rows of RGB bytes to `length` pixels. `first`: `[length]`, where the weights of a pixel begin; `weights`: for each pixel `pairs`
 * times four 16-bit numbers, the high parts of two weights and their low parts. Writes one byte, and reads two, beyond the last pixel.
 */
export function alongRows(
  pixels: usize,
  stride: usize,
  rows: i32,
  first: usize,
  weights: usize,
  pairs: i32,
  length: i32,
  result: usize,
): void {
  for (let y = 0; y < rows; y++, pixels += stride) {
    let pair = weights;
    for (let x = 0; x < length; x++, result += 3) {
      let from = pixels + load<i32>(first + (x << 2)) * 3;
      let high = i32x4.splat(0);
      let low = i32x4.splat(HALF);
      for (let k = 0; k < pairs; k++, pair += 8, from += 6) {
        // Two pixels, as pairs of the same colour in 16 bits.
        const two = i8x16.swizzle(
          v128.load_zero<u64>(from),
          i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1),
        );
        high = i32x4.add(high, i32x4.dot_i16x8_s(two, v128.load_splat<u32>(pair)));
        low = i32x4.add(low, i32x4.dot_i16x8_s(two, v128.load_splat<u32>(pair, 4)));
      }
      const sum = i32x4.shr_s(i32x4.add(i32x4.shl(high, LOW_BITS), low), BITS);
      const bytes = i8x16.swizzle(sum, i8x16(0, 4, 8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
      store<i32>(result, i32x4.extract_lane(bytes, 0));
    }
  }
}

/**
 * Filters columns of bytes: row y of the result, `width` bytes, is made of the rows from `first[y]` on, by weights as in `alongRows`. `pixels`
 * is the row 0 that `first` counts from. Reads and writes up to 15 bytes beyond the last row.
 */
export function alongColumns(
  pixels: usize,
  stride: usize,
  first: usize,
  weights: usize,
  pairs: i32,
  width: usize,
  length: i32,
  result: usize,
): void {
  for (let y = 0; y < length; y++, result += width) {
    const top = pixels + <usize>load<i32>(first + (y << 2)) * stride;
    const begin = weights + ((y * pairs) << 3);
    for (let at: usize = 0; at < width; at += 16) {
      let from = top + at;
      let pair = begin;
      let high0 = i32x4.splat(0);
      let high1 = high0;
      let high2 = high0;
      let high3 = high0;
      let low0 = i32x4.splat(HALF);
      let low1 = low0;
      let low2 = low0;
      let low3 = low0;
      for (let k = 0; k < pairs; k++, pair += 8, from += stride << 1) {
        const upper = v128.load(from);
        const lower = v128.load(from + stride);
        const left = i8x16.shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const right = i8x16.shuffle(
          upper,
          lower,
          8,
          24,
          9,
          25,
          10,
          26,
          11,
          27,
          12,
          28,
          13,
          29,
          14,
          30,
          15,
          31,
        );
        const both0 = i16x8.extend_low_i8x16_u(left);
        const both1 = i16x8.extend_high_i8x16_u(left);
        const both2 = i16x8.extend_low_i8x16_u(right);
        const both3 = i16x8.extend_high_i8x16_u(right);
        const highs = v128.load_splat<u32>(pair);
        const lows = v128.load_splat<u32>(pair, 4);
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(both0, highs));
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(both1, highs));
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(both2, highs));
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(both3, highs));
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(both0, lows));
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(both1, lows));
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(both2, lows));
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(both3, lows));
      }
      const bytes = i8x16.narrow_i16x8_u(
        i16x8.narrow_i32x4_s(joined(high0, low0), joined(high1, low1)),
        i16x8.narrow_i32x4_s(joined(high2, low2), joined(high3, low3)),
      );
      v128.store(result + at, bytes);
    }
  }
}

function joined(high: v128, low: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.shl(high, LOW_BITS), low), BITS);
}
