import type { KernelMemory } from '../kernels/kernel-memory.js';
import type { PlacedImage } from '../pixels/resample.js';
import type { Box } from '../transforms/crop-plan.js';
import type { JpegScan } from './jpeg-scan.js';

/** Pixels around the part that is wanted which the filter for colours of half resolution may look at. */
const AROUND = 2;
/** Larger parts are left to libvips, so that the kernels' memory stays small, pixels. */
const MOST_PIXELS = 4_000_000;
/** A unit of damaged data is read for at most so many bytes beyond the end before that is noticed. */
const BEYOND = 2048;

/**
 * Decodes the part `box` of a JPEG, and nothing around it but the code, to RGB in the kernels' memory: to the bit what libjpeg-turbo gives
 * with its accurate transform and its smooth colours, and so Pillow and libvips. Undefined where the file is damaged or cut short, and for
 * large parts: libvips tells what to do with those.
 */
export function decodeJpeg(
  memory: KernelMemory,
  bytes: Uint8Array,
  { width, height, components, interval, from }: JpegScan,
  box: Box = { left: 0, top: 0, width, height },
): PlacedImage | undefined {
  if (box.width * box.height > MOST_PIXELS) return undefined;
  const { call } = memory;
  const [light] = components;
  const unit = { width: 8 * light.wide, height: 8 * light.high };
  const columns = Math.ceil(width / unit.width);
  const wanted = {
    left: Math.floor(Math.max(0, box.left - AROUND) / unit.width),
    top: Math.floor(Math.max(0, box.top - AROUND) / unit.height),
    right: Math.ceil(Math.min(width, box.left + box.width + AROUND) / unit.width),
    bottom: Math.ceil(Math.min(height, box.top + box.height + AROUND) / unit.height),
  };

  // A marker of our own ends data that has none.
  const coded = bytes.length - from;
  const start = memory.take(coded + 2);
  const copy = memory.bytes(start, coded + 2);
  copy.set(bytes.subarray(from));
  copy.set([0xff, 0x01], coded);
  const most = interval > 0 ? Math.ceil((columns * Math.ceil(height / unit.height)) / interval) : 0;
  const restarts = memory.take(4 * (most + 1));
  const top = memory.take(BEYOND + coded + 64) + BEYOND + coded + 64;
  const length = call.unstuff(start, top, restarts, most);
  const end = call.scanEnd() - start;
  if (length < 0 || end >= coded || bytes[from + end + 1] !== 0xd9) return undefined;

  const size = { columns: wanted.right - wanted.left, rows: wanted.bottom - wanted.top };
  const planes = components.map(({ wide, high, quantisation, first, other }, index) => {
    // One sample more at either side, and what sixteen at once read beyond.
    const stride = 8 * wide * size.columns + 32;
    const rows = 8 * high * size.rows;
    const at = memory.take(stride * rows) + 16;
    const tables = [first, other].map((code, kind) => {
      const table = memory.take(call.tableBytes());
      return call.buildTable(table, memory.put(code), kind) ? table : undefined;
    });
    const numbers = memory.put(new Uint8Array(quantisation.buffer));
    const [ofFirst, ofOther] = tables;
    if (ofFirst === undefined || ofOther === undefined) return undefined;
    call.setComponent(index, wide, high, ofFirst, ofOther, numbers, at, stride);
    return { at, stride, rows };
  });
  const [luma, blue, red] = planes;
  if (planes.includes(undefined) || luma === undefined) return undefined;
  const { left, right } = wanted;
  const area = [left, right, wanted.top, wanted.bottom];
  if (!call.decodeScan(top, length, components.length, columns, ...area, interval, restarts))
    return undefined;

  // Sixteen pixels are written at once, and they begin with a sample of the colours.
  const odd = light.wide === 2 ? box.left % 2 : 0;
  const stride = 3 * (Math.ceil((box.width + odd) / 16) * 16);
  const at = memory.take((box.height + 1) * stride);
  const x = box.left - odd - left * unit.width;
  const lightAt = luma.at + (box.top - wanted.top * unit.height) * luma.stride + x;
  if (!blue || !red) {
    call.greyToRgb(lightAt, luma.stride, box.width, box.height, at, stride);
  } else {
    const chroma = { columns: Math.ceil(width / light.wide), rows: Math.ceil(height / light.high) };
    const lastColumn = right === columns ? chroma.columns - 8 * left : 0;
    if (light.wide === 2) {
      for (const plane of [blue, red])
        call.spreadEdges(plane.at, plane.stride, plane.rows, Number(left === 0), lastColumn);
    }
    call.toRgb(
      ...[light.wide - 1, light.high - 1, lightAt, luma.stride],
      ...[blue.at + x / light.wide, red.at + x / light.wide, blue.stride],
      ...[box.top, wanted.top * 8, chroma.rows, box.width + odd, box.height, at, stride],
    );
  }
  return { width: box.width, height: box.height, at: at + 3 * odd, stride };
}
