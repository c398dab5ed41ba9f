import type { KernelMemory } from '../kernels/kernel-memory.js';
import type { PlacedImage } from '../pixels/resample.js';
import type { Box } from '../transforms/crop-plan.js';
import type { JpegComponent, JpegScan } from './jpeg-scan.js';

/** Pixels around the part that is wanted which the filter for colours of half resolution may look at. */
const AROUND = 2;
/** Larger parts are left to libvips, so that the kernels' memory stays small, pixels. */
const MOST_PIXELS = 4_000_000;
/** A unit of damaged data is read for at most so many bytes beyond the end before that is noticed. */
const BEYOND = 2048;

/** The units of blocks that hold what is wanted: from the first two numbers to before the others. */
interface Units {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Pixels of a unit. */
  readonly width: number;
  readonly height: number;
  /** Units in a row of the image. */
  readonly columns: number;
}

/** Samples of one component, for the wanted units. */
interface Plane {
  readonly at: number;
  readonly stride: number;
  readonly rows: number;
}

/**
 * Decodes the part `box` of a JPEG, and nothing of the rest but the code before it, to RGB in the kernels' memory: to the bit what
 * libjpeg-turbo gives with its accurate transform and its smooth colours, and so Pillow and libvips. Undefined where the file is damaged or cut
 * short, and for parts above four megapixels: libvips tells what to do with those.
 */
export function decodeJpeg(
  memory: KernelMemory,
  bytes: Uint8Array,
  scan: JpegScan,
  box: Box = { left: 0, top: 0, width: scan.width, height: scan.height },
): PlacedImage | undefined {
  if (box.width * box.height > MOST_PIXELS) return undefined;
  const units = unitsOf(scan, box);
  const code = takeCode(memory, bytes, scan, units);
  if (!code) return undefined;
  const tables = new Map<Uint8Array, number>();
  const planes = scan.components.map((component, index) =>
    takePlane(memory, component, index, units, tables),
  );
  const { columns, left, right, top, bottom } = units;
  const decoded =
    planes.every((plane) => plane !== undefined) &&
    memory.call.decodeScan(
      ...[code.top, code.length, planes.length, columns, left, right, top, bottom],
      ...[scan.interval, code.restarts],
    );
  return decoded ? joinColours(memory, scan, planes as Plane[], units, box) : undefined;
}

function unitsOf({ width, height, components: [light] }: JpegScan, box: Box): Units {
  const unit = { width: 8 * light.wide, height: 8 * light.high };
  return {
    ...unit,
    columns: Math.ceil(width / unit.width),
    left: Math.floor(Math.max(0, box.left - AROUND) / unit.width),
    top: Math.floor(Math.max(0, box.top - AROUND) / unit.height),
    right: Math.ceil(Math.min(width, box.left + box.width + AROUND) / unit.width),
    bottom: Math.ceil(Math.min(height, box.top + box.height + AROUND) / unit.height),
  };
}

/** The coded bytes as `decodeScan` reads them; undefined when they do not end as a sound file does. */
function takeCode(
  memory: KernelMemory,
  bytes: Uint8Array,
  { height, interval, from }: JpegScan,
  units: Units,
): { top: number; length: number; restarts: number } | undefined {
  const size = bytes.length - from;
  const start = memory.take(size + 2);
  const copy = memory.bytes(start, size + 2);
  copy.set(bytes.subarray(from));
  // A marker of our own ends data that has none.
  copy.set([0xff, 0x01], size);
  const most = interval > 0 ? Math.ceil((units.columns * Math.ceil(height / units.height)) / interval) : 0;
  const restarts = memory.take(4 * (most + 1));
  const top = memory.take(BEYOND + size + 64) + BEYOND + size + 64;
  const length = memory.call.unstuff(start, top, restarts, most);
  const end = memory.call.scanEnd() - start;
  const isWhole = length >= 0 && end < size && bytes[from + end + 1] === 0xd9;
  return isWhole ? { top, length, restarts } : undefined;
}

/** Room for the samples of a component, and its tables; undefined when it has no such code. */
function takePlane(
  memory: KernelMemory,
  { wide, high, quantisation, first, other }: JpegComponent,
  index: number,
  { left, top, right, bottom }: Units,
  tables: Map<Uint8Array, number>,
): Plane | undefined {
  // One sample more at either side, and what sixteen at once read beyond.
  const stride = 8 * wide * (right - left) + 32;
  const rows = 8 * high * (bottom - top);
  const at = memory.take(stride * rows) + 16;
  const [ofFirst, ofOther] = [first, other].map((code, kind) => takeTable(memory, code, kind, tables));
  if (ofFirst === 0 || ofOther === 0) return undefined;
  const numbers = memory.put(new Uint8Array(quantisation.buffer));
  memory.call.setComponent(index, wide, high, ofFirst, ofOther, numbers, at, stride);
  return { at, stride, rows };
}

/** The table of a code, made once, which colours often share; 0 when there is no such code. */
function takeTable(
  memory: KernelMemory,
  code: Uint8Array,
  kind: number,
  made: Map<Uint8Array, number>,
): number {
  const known = made.get(code);
  if (known !== undefined) return known;
  const table = memory.take(memory.call.tableBytes());
  const result = memory.call.buildTable(table, memory.put(code), kind) ? table : 0;
  made.set(code, result);
  return result;
}

function joinColours(
  memory: KernelMemory,
  { width, height, components: [component] }: JpegScan,
  [light, blue, red]: readonly Plane[],
  units: Units,
  box: Box,
): PlacedImage {
  const { call } = memory;
  const { wide, high } = component;
  // Sixteen pixels are written at once, and they begin with a sample of the colours.
  const odd = box.left % wide;
  const stride = 3 * Math.ceil((box.width + odd) / 16) * 16;
  const at = memory.take((box.height + 1) * stride);
  const x = box.left - odd - units.left * units.width;
  const lightAt = light.at + (box.top - units.top * units.height) * light.stride + x;
  if (!blue) {
    call.greyToRgb(lightAt, light.stride, box.width, box.height, at, stride);
    return { width: box.width, height: box.height, at, stride };
  }
  if (wide === 2) {
    const last = units.right === units.columns ? Math.ceil(width / 2) - 8 * units.left : 0;
    for (const { at: plane, stride, rows } of [blue, red])
      call.spreadEdges(plane, stride, rows, Number(units.left === 0), last);
  }
  call.toRgb(
    ...[wide - 1, high - 1, lightAt, light.stride, blue.at + x / wide, red.at + x / wide, blue.stride],
    ...[box.top, 8 * units.top, Math.ceil(height / high), box.width + odd, box.height, at, stride],
  );
  return { width: box.width, height: box.height, at: at + 3 * odd, stride };
}
