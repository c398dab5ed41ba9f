/** A part of a JPEG that begins with a marker and its length. */
export interface JpegSegment {
  /** The marker's second byte. */
  readonly marker: number;
  /** Where its content begins, behind the length ... */
  readonly from: number;
  /** ... and where it ends. */
  readonly to: number;
}

/** The segments before a JPEG's coded data, the start of its first scan being the last one; none for what is no JPEG. */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment, void> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return;
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff) return;
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    const to = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    if (to > bytes.length) return;
    yield { marker, from: at + 4, to };
    if (marker === START_OF_SCAN) return;
    at = to;
  }
}

/** The marker before coded data. */
export const START_OF_SCAN = 0xda;

/** Whether a marker begins a frame: 0xc0 to 0xcf; 0xc4, 0xc8 and 0xcc are tables and the like. */
export function isFrame(marker: number): boolean {
  return marker === 0xc0 || (marker > 0xc0 && marker <= 0xcf && marker % 4 !== 0);
}
