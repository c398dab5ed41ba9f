// Colours at half resolution are spread by the triangle filter of the Independent JPEG Group's library ("fancy upsampling", jdsample.c), and become
// RGB by JFIF's matrix with 16 bits after the point (jdcolor.c), to the bit.

/**
 * Writes `height` rows of RGB. `light`, `blue`, `red`: rows of samples from the first column on; chroma rows need one sample more at either side
 * where they are of half width. `row`: the image's first row, `chromaRow`: that of the chroma planes, `chromaRows`: one beyond their last of
 * the image. Writes up to 48 bytes beyond the last pixel of a row.
 */
export function toRgb(
  halfWidth: bool,
  halfHeight: bool,
  light: usize,
  lightStride: usize,
  blue: usize,
  red: usize,
  chromaStride: usize,
  row: i32,
  chromaRow: i32,
  chromaRows: i32,
  width: i32,
  height: i32,
  result: usize,
  resultStride: usize,
): void {
  for (let y = row; y < row + height; y++, light += lightStride, result += resultStride) {
    const near = halfHeight ? y >> 1 : y;
    let far = near;
    if (halfHeight) far = min(chromaRows - 1, max(0, (y & 1) === 0 ? near - 1 : near + 1));
    const nearAt = <usize>(near - chromaRow) * chromaStride;
    const farAt = <usize>(far - chromaRow) * chromaStride;
    if (!halfWidth) {
      fullRow(light, blue + nearAt, red + nearAt, width, result);
    } else if (halfHeight) {
      quarterRow(light, blue + nearAt, red + nearAt, farAt - nearAt, width, result);
    } else {
      halfRow(light, blue + nearAt, red + nearAt, width, result);
    }
  }
}

/** Writes `height` rows of RGB with three equal colours, up to 48 bytes beyond the last pixel of a row. */
export function greyToRgb(
  light: usize,
  lightStride: usize,
  width: i32,
  height: i32,
  result: usize,
  resultStride: usize,
): void {
  for (let y = 0; y < height; y++, light += lightStride, result += resultStride) {
    for (let x = 0; x < width; x += 16) {
      const grey = v128.load(light + x);
      write(grey, grey, grey, result + x * 3);
    }
  }
}

/** Repeats the samples at the edges of a plane for the filter of half widths: left of column 0, and in column `right` unless that is 0. */
export function spreadEdges(plane: usize, stride: usize, rows: i32, left: bool, right: i32): void {
  for (let y = 0; y < rows; y++, plane += stride) {
    if (left) store<u8>(plane - 1, load<u8>(plane));
    if (right > 0) store<u8>(plane + right, load<u8>(plane + right - 1));
  }
}

function fullRow(light: usize, blue: usize, red: usize, width: i32, result: usize): void {
  for (let x = 0; x < width; x += 16) {
    colours(
      light + x,
      v128.load_ext<u8>(blue + x),
      v128.load_ext<u8>(blue + x, 8),
      v128.load_ext<u8>(red + x),
      v128.load_ext<u8>(red + x, 8),
      result + x * 3,
    );
  }
}

/** Half the width, all of the height. */
function halfRow(light: usize, blue: usize, red: usize, width: i32, result: usize): void {
  for (let x = 0; x < width; x += 16, blue += 8, red += 8) {
    const b0 = between(blue, blue - 1, 1);
    const b1 = between(blue, blue + 1, 2);
    const r0 = between(red, red - 1, 1);
    const r1 = between(red, red + 1, 2);
    colours(light + x, low(b0, b1), high(b0, b1), low(r0, r1), high(r0, r1), result + x * 3);
  }
}

/** Half the width and half the height. */
function quarterRow(light: usize, blue: usize, red: usize, far: usize, width: i32, result: usize): void {
  for (let x = 0; x < width; x += 16, blue += 8, red += 8) {
    const b = column(blue, far);
    const b0 = weighed(b, column(blue - 1, far), 8);
    const b1 = weighed(b, column(blue + 1, far), 7);
    const r = column(red, far);
    const r0 = weighed(r, column(red - 1, far), 8);
    const r1 = weighed(r, column(red + 1, far), 7);
    colours(light + x, low(b0, b1), high(b0, b1), low(r0, r1), high(r0, r1), result + x * 3);
  }
}

function between(near: usize, far: usize, rounding: i16): v128 {
  const sum = i16x8.add(threefold(v128.load_ext<u8>(near)), v128.load_ext<u8>(far));
  return i16x8.shr_u(i16x8.add(sum, i16x8.splat(rounding)), 2);
}

function column(near: usize, far: usize): v128 {
  return i16x8.add(threefold(v128.load_ext<u8>(near)), v128.load_ext<u8>(near + far));
}

function weighed(near: v128, far: v128, rounding: i16): v128 {
  return i16x8.shr_u(i16x8.add(i16x8.add(threefold(near), far), i16x8.splat(rounding)), 4);
}

function threefold(values: v128): v128 {
  return i16x8.add(i16x8.add(values, values), values);
}

function low(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

function high(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** Sixteen pixels. */
function colours(light: usize, blue0: v128, blue1: v128, red0: v128, red1: v128, result: usize): void {
  const middle = i16x8.splat(128);
  const light0 = v128.load_ext<u8>(light);
  const light1 = v128.load_ext<u8>(light, 8);
  const b0 = i16x8.sub(blue0, middle);
  const b1 = i16x8.sub(blue1, middle);
  const r0 = i16x8.sub(red0, middle);
  const r1 = i16x8.sub(red1, middle);
  write(
    i8x16.narrow_i16x8_u(redOf(light0, r0), redOf(light1, r1)),
    i8x16.narrow_i16x8_u(greenOf(light0, b0, r0), greenOf(light1, b1, r1)),
    i8x16.narrow_i16x8_u(blueOf(light0, b0), blueOf(light1, b1)),
    result,
  );
}

/** light + 1.402 · red: 91,881 of 65,536, of which 65,536 are the red itself. */
function redOf(light: v128, red: v128): v128 {
  return i16x8.add(i16x8.add(light, red), scaled(red, red, 26345, 0));
}

/** light + 1.772 · blue: 116,130 of 65,536. */
function blueOf(light: v128, blue: v128): v128 {
  return i16x8.add(i16x8.add(light, i16x8.add(blue, blue)), scaled(blue, blue, -14942, 0));
}

/** light − 0.34414 · blue − 0.71414 · red: 22,554 and 46,802 of 65,536. */
function greenOf(light: v128, blue: v128, red: v128): v128 {
  return i16x8.add(i16x8.sub(light, red), scaled(blue, red, -22554, 65536 - 46802));
}

/** (a · x + b · y) / 65,536, rounded. */
function scaled(x: v128, y: v128, a: i32, b: i32): v128 {
  const factors = i32x4.splat((a & 0xffff) | (b << 16));
  const rounding = i32x4.splat(1 << 15);
  const first = i32x4.add(i32x4.dot_i16x8_s(low(x, y), factors), rounding);
  const second = i32x4.add(i32x4.dot_i16x8_s(high(x, y), factors), rounding);
  return i16x8.narrow_i32x4_s(i32x4.shr_s(first, 16), i32x4.shr_s(second, 16));
}

/** Sixteen bytes of each colour, pixel by pixel. */
function write(red: v128, green: v128, blue: v128, result: usize): void {
  const a = i8x16.shuffle(red, green, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
  v128.store(result, i8x16.shuffle(a, blue, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
  const b = i8x16.shuffle(red, green, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
  v128.store(result, i8x16.shuffle(b, blue, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15), 16);
  const c = i8x16.shuffle(red, green, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
  v128.store(result, i8x16.shuffle(c, blue, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31), 32);
}
