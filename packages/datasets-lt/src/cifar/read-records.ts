import { open, stat } from 'node:fs/promises';
import { errors } from '../errors.js';
import { reading } from '../files/read-bounded.js';
import { type CifarLayout, IMAGE_BYTES, PLANE } from './cifar-layout.js';

/** Records read at a time, about 6 MB. */
const CHUNK = 2000;

/** A file and how many records it holds. */
export interface RecordFile {
  readonly file: string;
  readonly records: number;
}

/**
 * Counts records by file size; throws `DATASETS_FILE_SIZE` when they are not whole, none, or more than the official file has,
 * and `DATASETS_NOT_READ`.
 */
export async function countRecords(files: readonly string[], layout: CifarLayout): Promise<RecordFile[]> {
  const recordBytes = layout.labelBytes + IMAGE_BYTES;
  return Promise.all(
    files.map(async (file) => {
      const { size: found, isFile } = await reading(file, sizeOf(file));
      if (!isFile) throw errors.NOT_READ({ file, reason: 'it is no file' });
      const most = Math.max(layout.trainRecords, layout.testRecords);
      if (found > most * recordBytes) {
        throw errors.FILE_SIZE({ file, expected: `at most ${most} records of ${recordBytes} bytes`, found });
      }
      if (found === 0 || found % recordBytes !== 0) {
        const expected = `a whole number of records of ${recordBytes} bytes`;
        throw errors.FILE_SIZE({ file, expected, found });
      }
      return { file, records: found / recordBytes };
    }),
  );
}

/** The class of every record of all files, `[records]`; throws `DATASETS_BAD_FILE` at the first that is none. */
export async function readLabels(files: readonly RecordFile[], layout: CifarLayout): Promise<Int32Array> {
  const labels = new Int32Array(totalRecords(files));
  await eachRecord(files, layout, (bytes, at, index, file) => {
    const label = bytes[at + layout.labelBytes - 1];
    if (label >= layout.classes) {
      const expected = `labels in 0 .. ${layout.classes - 1}`;
      throw errors.BAD_FILE({ file, expected, found: `the label ${label} in record ${index}` });
    }
    labels[index] = label;
  });
  return labels;
}

/** The images at `indices` (default: all) from planes to pixels, `[images, 32, 32, 3]`, flat. */
export async function readPixels(
  files: readonly RecordFile[],
  layout: CifarLayout,
  indices: Int32Array = Int32Array.from({ length: totalRecords(files) }, (_, index) => index),
): Promise<Uint8Array> {
  const places = new Int32Array(totalRecords(files)).fill(-1);
  indices.forEach((index, place) => (places[index] = place));
  const pixels = new Uint8Array(indices.length * IMAGE_BYTES);
  await eachRecord(files, layout, (bytes, at, index) => {
    if (places[index] < 0) return;
    const from = at + layout.labelBytes;
    let to = places[index] * IMAGE_BYTES;
    for (let pixel = from; pixel < from + PLANE; pixel++) {
      pixels[to++] = bytes[pixel];
      pixels[to++] = bytes[pixel + PLANE];
      pixels[to++] = bytes[pixel + 2 * PLANE];
    }
  });
  return pixels;
}

/** Visits the records of all files in order; `at` is where the record begins in `bytes`, `index` counts over all files. */
async function eachRecord(
  files: readonly RecordFile[],
  layout: CifarLayout,
  visit: (bytes: Uint8Array, at: number, index: number, file: string) => void,
): Promise<void> {
  const recordBytes = layout.labelBytes + IMAGE_BYTES;
  const bytes = new Uint8Array(CHUNK * recordBytes);
  let index = 0;
  for (const { file, records } of files) {
    const handle = await reading(file, open(file));
    try {
      for (let read = 0; read < records;) {
        const wanted = Math.min(CHUNK, records - read) * recordBytes;
        const { bytesRead } = await reading(file, handle.read(bytes, 0, wanted, read * recordBytes));
        if (bytesRead !== wanted) {
          const expected = `${records * recordBytes} bytes, as many as when reading began`;
          throw errors.FILE_SIZE({ file, expected, found: read * recordBytes + bytesRead });
        }
        for (let at = 0; at < wanted; at += recordBytes) visit(bytes, at, index++, file);
        read += CHUNK;
      }
    } finally {
      await handle.close();
    }
  }
}

async function sizeOf(file: string): Promise<{ size: number; isFile: boolean }> {
  const found = await stat(file);
  return { size: found.size, isFile: found.isFile() };
}

function totalRecords(files: readonly RecordFile[]): number {
  return files.reduce((sum, { records }) => sum + records, 0);
}
