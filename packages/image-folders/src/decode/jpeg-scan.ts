import { isFrame, jpegSegments, START_OF_SCAN } from './jpeg-segments.js';

/** How one colour of a JPEG is coded. */
export interface JpegComponent {
  /** Blocks in a row of a unit, 1 or 2. */
  readonly wide: number;
  /** Blocks in a column of a unit, 1 or 2. */
  readonly high: number;
  /** 64 numbers, in the order of the file. */
  readonly quantisation: Uint16Array;
  /** 16 counts and the symbols of a Huffman code: for first coefficients, and for the others. */
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

interface FrameComponent {
  readonly id: number;
  readonly wide: number;
  readonly high: number;
  readonly table: number;
}

/** Images narrower than this are enlarged without the triangle filter, which is left to libjpeg. */
const LEAST_WIDTH = 8;

/**
 * The tables of a JPEG of the kind that nearly all photographs are: eight bits, one scan, Huffman codes, grey or YCbCr with colours of
 * whole or of half width, and of half height in that case. Undefined for every other one, and for what a sound file does not have.
 */
export function jpegScan(bytes: Uint8Array): JpegScan | undefined {
  const word = (at: number) => bytes[at] * 256 + bytes[at + 1];
  const quantisations: (Uint16Array | undefined)[] = [];
  const codes: (Uint8Array | undefined)[] = [];
  let frame: { width: number; height: number; components: FrameComponent[] } | undefined;
  let interval = 0;
  let isJfif = false;
  let adobeTransform: number | undefined;
  for (const { marker, from, to } of jpegSegments(bytes)) {
    if (isFrame(marker)) {
      const [precision, count] = [bytes[from], bytes[from + 5]];
      if (frame || marker > 0xc1 || precision !== 8 || to !== from + 6 + 3 * count) return undefined;
      const components = Array.from({ length: count }, (_, i) => {
        const at = from + 6 + 3 * i;
        return { id: bytes[at], wide: bytes[at + 1] >> 4, high: bytes[at + 1] & 15, table: bytes[at + 2] };
      });
      frame = { width: word(from + 3), height: word(from + 1), components };
    } else if (marker === 0xdb) {
      for (let at = from; at < to;) {
        const [deep, table] = [bytes[at] >> 4, bytes[at] & 15];
        const size = deep ? 2 : 1;
        if (at + 1 + 64 * size > to) return undefined;
        const start = at + 1;
        quantisations[table] = Uint16Array.from({ length: 64 }, (_, i) =>
          deep ? word(start + 2 * i) : bytes[start + i],
        );
        at += 1 + 64 * size;
      }
    } else if (marker === 0xc4) {
      for (let at = from; at < to;) {
        const counts = bytes.subarray(at + 1, at + 17);
        const end = at + 17 + counts.reduce((sum, count) => sum + count, 0);
        if (end > to) return undefined;
        codes[bytes[at]] = bytes.subarray(at + 1, end);
        at = end;
      }
    } else if (marker === 0xdd) {
      interval = word(from);
    } else if (marker === 0xe0) {
      isJfif ||= bytes[from] === 0x4a && bytes[from + 1] === 0x46 && bytes[from + 2] === 0x49;
    } else if (marker === 0xee) {
      if (to - from >= 12 && bytes[from] === 0x41 && bytes[from + 1] === 0x64)
        adobeTransform = bytes[from + 11];
    } else if (marker === START_OF_SCAN) {
      if (!frame || bytes[from] !== frame.components.length || to !== from + 4 + 2 * bytes[from])
        return undefined;
      if (!hasKnownColours(frame.components, isJfif, adobeTransform)) return undefined;
      if (frame.width < LEAST_WIDTH || frame.height === 0) return undefined;
      const alone = frame.components.length === 1;
      const components = frame.components.map(({ id, wide, high, table }, i) => {
        const [same, tables] = [bytes[from + 1 + 2 * i] === id, bytes[from + 2 + 2 * i]];
        return {
          ...(alone ? { wide: 1, high: 1 } : { wide, high }),
          quantisation: same ? quantisations[table] : undefined,
          first: codes[tables >> 4],
          other: codes[16 + (tables & 15)],
        };
      });
      if (!components.every(isWhole)) return undefined;
      return { width: frame.width, height: frame.height, components, interval, from: to };
    }
  }
  return undefined;
}

function isWhole(component: Partial<JpegComponent>): component is JpegComponent {
  const { quantisation, first, other } = component;
  return quantisation !== undefined && first !== undefined && other !== undefined;
}

/** Grey, or YCbCr as libjpeg tells it, with samplings that the kernels know. */
function hasKnownColours(
  components: readonly FrameComponent[],
  isJfif: boolean,
  adobeTransform: number | undefined,
): boolean {
  if (components.length === 1) return true;
  if (components.length !== 3) return false;
  const isYcc = isJfif || (adobeTransform ?? 1) === 1;
  if (!isYcc || (!isJfif && components.some(({ id }, i) => id !== i + 1))) return false;
  const [light, ...colours] = components;
  const known = [0x11, 0x21, 0x22].includes(light.wide * 16 + light.high);
  return known && colours.every(({ wide, high }) => wide === 1 && high === 1);
}
