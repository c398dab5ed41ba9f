import { isFrame, jpegSegments } from './jpeg-segments.js';

/** What a JPEG's frame header says. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: colours, 4: inks. */
  readonly components: number;
}

/** Size and colours of a JPEG from its frame header, without decoding anything; undefined for what is no JPEG with one. */
export function jpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  const word = (at: number) => bytes[at] * 256 + bytes[at + 1];
  for (const { marker, from } of jpegSegments(bytes)) {
    if (isFrame(marker))
      return { height: word(from + 1), width: word(from + 3), components: bytes[from + 5] };
  }
  return undefined;
}
