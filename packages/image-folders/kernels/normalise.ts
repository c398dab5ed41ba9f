/**
 * Looks RGB bytes up in three tables of 256 floats, red, green and blue one after the other. `mirrored`: every row of `width`
 * pixels from right to left.
 */
export function normalise(
  pixels: usize,
  width: i32,
  height: i32,
  tables: usize,
  mirrored: bool,
  result: usize,
): void {
  const row: usize = width * 3;
  const step = mirrored ? -3 : 3;
  for (let y = 0; y < height; y++, pixels += row) {
    let from = mirrored ? pixels + row - 3 : pixels;
    for (let x = 0; x < width; x++, from += step, result += 12) {
      store<f32>(result, load<f32>(tables + ((<usize>load<u8>(from)) << 2)));
      store<f32>(result, load<f32>(tables + ((<usize>load<u8>(from, 1)) << 2), 1024), 4);
      store<f32>(result, load<f32>(tables + ((<usize>load<u8>(from, 2)) << 2), 2048), 8);
    }
  }
}
