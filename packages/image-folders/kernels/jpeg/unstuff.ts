/** Where the scan ended in the file. */
let end: usize = 0;

/** As `unstuff` left it. */
export function scanEnd(): usize {
  return end;
}

/**
 * Copies the coded bytes of a scan without the zeros behind each 0xff and without restart markers, and from the back to the front: the
 * first byte goes to `to - 1`, so that eight bytes read at once have the first bit on top. `restarts` gets the number of bytes before each
 * restart. Gives the number of bytes, or -1 for what a sound file does not have. Reads up to 16 bytes beyond the scan; a marker must follow.
 */
export function unstuff(from: usize, to: usize, restarts: usize, maxRestarts: i32): i32 {
  const begin = to;
  let found = 0;
  do {
    const bytes = v128.load(from);
    const marks = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(-1)));
    v128.store(to - 16, i8x16.shuffle(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    if (marks === 0) {
      from += 16;
      to -= 16;
      continue;
    }
    const plain = ctz(marks);
    from += plain + 2;
    to -= plain;
    const marker = load<u8>(from - 1);
    if (marker === 0) {
      to--; // the 0xff itself, which was copied along
    } else if (marker >= 0xd0 && marker <= 0xd7) {
      if (found >= maxRestarts || marker !== <u8>(0xd0 + (found & 7))) return -1;
      store<u32>(restarts + (found++ << 2), begin - to);
    } else {
      if (marker === 0xff) return -1;
      end = from - 2;
      return <i32>(begin - to);
    }
  } while (true);
}
