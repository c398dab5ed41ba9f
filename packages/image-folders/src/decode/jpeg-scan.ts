import { isFrame, type JpegSegment, jpegSegments, START_OF_SCAN } from './jpeg-segments.js';

/** How one colour of a JPEG is coded. */
export interface JpegComponent {
  /** Blocks in a row of a unit, 1 or 2. */
  readonly wide: number;
  /** Blocks in a column of a unit, 1 or 2. */
  readonly high: number;
  /** 64 numbers, in the order of the file. */
  readonly quantisation: Uint16Array;
  /** Huffman codes of first coefficients and of the others: 16 counts and the symbols. */
  readonly first: Uint8Array;
  readonly other: Uint8Array;
}

/** What is to be known to decode a JPEG of one scan. */
export interface JpegScan {
  readonly width: number;
  readonly height: number;
  /** One for grey; light, blue and red for colours. */
  readonly components: readonly JpegComponent[];
  /** Units between two restarts; 0: none. */
  readonly interval: number;
  /** Where the coded data begins. */
  readonly from: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  /** `table`: which quantisation. */
  readonly components: readonly { id: number; wide: number; high: number; table: number }[];
}

/** What the segments before the scan have said. */
interface Said {
  readonly quantisations: Uint16Array[];
  /** By class, 0 or 16, and number. */
  readonly codes: Uint8Array[];
  frame?: Frame;
  interval: number;
  isJfif: boolean;
  /** 1: YCbCr. */
  adobeTransform?: number;
}

/** Colours of images narrower than this are not smoothed, which is left to libjpeg. */
const LEAST_WIDTH = 8;
/** Light by one, two by one, and two by two blocks in a unit, of which colours have one. */
const SAMPLINGS = [0x11, 0x21, 0x22];

/**
 * The tables of a JPEG of the kind that nearly all photographs are: eight bits, one scan, Huffman codes, grey or YCbCr with colours of whole
 * or of half width, and of half height in that case. Undefined for every other one, and for what a sound file does not have.
 */
export function jpegScan(bytes: Uint8Array): JpegScan | undefined {
  const said: Said = { quantisations: [], codes: [], interval: 0, isJfif: false };
  for (const segment of jpegSegments(bytes)) {
    if (segment.marker === START_OF_SCAN) return scanOf(bytes, segment, said);
    if (!take(bytes, segment, said)) return undefined;
  }
  return undefined;
}

/** False for what a sound file of this kind does not have. */
function take(bytes: Uint8Array, { marker, from, to }: JpegSegment, said: Said): boolean {
  if (isFrame(marker)) {
    const isKnown =
      marker <= 0xc1 && bytes[from] === 8 && !said.frame && to === from + 6 + 3 * bytes[from + 5];
    if (isKnown) said.frame = frameOf(bytes, from);
    return isKnown;
  }
  if (marker === 0xdb) return takeQuantisations(bytes, from, to, said.quantisations);
  if (marker === 0xc4) return takeCodes(bytes, from, to, said.codes);
  if (marker === 0xdd) said.interval = wordAt(bytes, from);
  if (marker === 0xe0) said.isJfif ||= startsWith(bytes, from, 'JFIF');
  if (marker === 0xee && to >= from + 12 && startsWith(bytes, from, 'Adobe'))
    said.adobeTransform = bytes[from + 11];
  return true;
}

function frameOf(bytes: Uint8Array, from: number): Frame {
  const components = Array.from({ length: bytes[from + 5] }, (_, index) => {
    const [id, sampling, table] = bytes.subarray(from + 6 + 3 * index);
    return { id, wide: sampling >> 4, high: sampling & 15, table };
  });
  return { width: wordAt(bytes, from + 3), height: wordAt(bytes, from + 1), components };
}

function takeQuantisations(bytes: Uint8Array, from: number, to: number, into: Uint16Array[]): boolean {
  let at = from;
  while (at < to) {
    const [size, start] = [bytes[at] >> 4 ? 2 : 1, at + 1];
    const number = (index: number) => (size === 2 ? wordAt(bytes, start + 2 * index) : bytes[start + index]);
    into[bytes[at] & 15] = Uint16Array.from({ length: 64 }, (_, index) => number(index));
    at += 1 + 64 * size;
  }
  return at === to;
}

function takeCodes(bytes: Uint8Array, from: number, to: number, into: Uint8Array[]): boolean {
  let at = from;
  while (at < to) {
    const symbols = bytes.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0);
    into[bytes[at]] = bytes.subarray(at + 1, at + 17 + symbols);
    at += 17 + symbols;
  }
  return at === to;
}

function scanOf(bytes: Uint8Array, { from, to }: JpegSegment, said: Said): JpegScan | undefined {
  const { frame, interval } = said;
  if (!frame || !hasKnownColours(frame, said)) return undefined;
  const { width, height } = frame;
  const count = frame.components.length;
  if (width < LEAST_WIDTH || height === 0 || bytes[from] !== count || to !== from + 4 + 2 * count)
    return undefined;
  const components = frame.components.map(({ id, wide, high, table }, index) => {
    const [scanned, tables] = bytes.subarray(from + 1 + 2 * index);
    return {
      // Units of grey are single blocks, whatever is said of them.
      ...(count === 1 ? { wide: 1, high: 1 } : { wide, high }),
      quantisation: scanned === id ? said.quantisations[table] : undefined,
      first: said.codes[tables >> 4],
      other: said.codes[16 + (tables & 15)],
    };
  });
  return components.every(isWhole) ? { width, height, components, interval, from: to } : undefined;
}

function isWhole(component: Partial<JpegComponent>): component is JpegComponent {
  return Boolean(component.quantisation && component.first && component.other);
}

/** Grey, or YCbCr as libjpeg tells it, with samplings that the kernels know. */
function hasKnownColours({ components }: Frame, { isJfif, adobeTransform }: Said): boolean {
  if (components.length === 1) return true;
  if (components.length !== 3) return false;
  const isYcc =
    isJfif || (adobeTransform ?? Number(components.every(({ id }, index) => id === index + 1))) === 1;
  const [light, ...colours] = components;
  const isKnown = SAMPLINGS.includes(light.wide * 16 + light.high);
  return isYcc && isKnown && colours.every(({ wide, high }) => wide === 1 && high === 1);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at] * 256 + bytes[at + 1];
}

function startsWith(bytes: Uint8Array, from: number, text: string): boolean {
  return [...text].every((letter, index) => bytes[from + index] === letter.charCodeAt(0));
}
