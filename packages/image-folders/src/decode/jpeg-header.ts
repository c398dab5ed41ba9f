/** What a JPEG's frame header says. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: colours, 4: inks. */
  readonly components: number;
}

/** Size and colours of a JPEG from its frame header, without decoding anything; undefined for what is no JPEG with one. */
export function jpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const word = (at: number) => bytes[at] * 256 + bytes[at + 1];
  for (let at = 2; at + 9 < bytes.length;) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === 0xda) return undefined;
    // Frames are 0xc0 to 0xcf; 0xc4, 0xc8 and 0xcc are tables and the like.
    const frame = marker >= 0xc0 && marker <= 0xcf && marker % 4 !== 0;
    if (frame || marker === 0xc0) {
      return { height: word(at + 5), width: word(at + 7), components: bytes[at + 9] };
    }
    at += marker === 0xff ? 1 : 2 + word(at + 2);
  }
  return undefined;
}
