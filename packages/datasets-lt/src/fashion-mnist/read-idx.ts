import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../errors.js';
import { readBounded } from '../files/read-bounded.js';
import { IMAGE_BYTES, type LabelledImages } from './labelled-images.js';

const SIDE = 28;
/** More than the official files have together. */
const MOST_IMAGES = 100_000;

/** The official split. */
export interface OfficialImages {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/**
 * Reads the four official IDX files, gzipped or not, from `dataDir` or its `FashionMNIST/raw`.
 * Throws `DATASETS_FILES_MISSING`, `DATASETS_FILE_SIZE`, `DATASETS_NOT_READ` or `DATASETS_BAD_FILE`.
 */
export async function readOfficial(dataDir: string, classes: number): Promise<OfficialImages> {
  const read = async (part: string): Promise<LabelledImages> => {
    const imageFile = find(dataDir, `${part}-images-idx3-ubyte`);
    const labelFile = find(dataDir, `${part}-labels-idx1-ubyte`);
    const pixels = await readIdx(imageFile, [SIDE, SIDE]);
    const labels = await readIdx(labelFile, []);
    if (labels.length * IMAGE_BYTES !== pixels.length) {
      const expected = `as many labels as images, ${pixels.length / IMAGE_BYTES}`;
      throw errors.BAD_FILE({ file: labelFile, expected, found: String(labels.length) });
    }
    const wrong = labels.findIndex((label) => label >= classes);
    if (wrong >= 0) {
      const found = `the label ${labels[wrong]} in record ${wrong}`;
      throw errors.BAD_FILE({ file: labelFile, expected: `labels in 0 .. ${classes - 1}`, found });
    }
    return { pixels, labels: Int32Array.from(labels) };
  };
  return { train: await read('train'), test: await read('t10k') };
}

function find(dataDir: string, name: string): string {
  const folders = [dataDir, join(dataDir, 'FashionMNIST', 'raw')];
  const file = folders
    .flatMap((folder) => [join(folder, name), join(folder, `${name}.gz`)])
    .find((candidate) => existsSync(candidate));
  if (file) return file;
  throw errors.FILES_MISSING({ dataset: 'fashion-mnist', folders, missing: [name, `${name}.gz`] });
}

/** The bytes behind an IDX header `0, 0, 8 (uint8), rank, count, …dimensions` (32-bit big-endian each from the count on). */
async function readIdx(file: string, dimensions: readonly number[]): Promise<Uint8Array> {
  const rank = 1 + dimensions.length;
  const header = 4 + 4 * rank;
  const imageBytes = dimensions.reduce((product, extent) => product * extent, 1);
  const bytes = await readBounded(file, header + MOST_IMAGES * imageBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fits =
    bytes.length >= header &&
    view.getUint32(0) === 0x800 + rank &&
    dimensions.every((size, axis) => view.getUint32(8 + 4 * axis) === size);
  if (!fits) {
    const found = `the bytes ${bytes.toString('hex', 0, header) || 'of an empty file'}`;
    throw errors.BAD_FILE({
      file,
      expected: `an IDX header of ${['n', ...dimensions].join(' × ')} bytes`,
      found,
    });
  }
  const size = header + view.getUint32(4) * imageBytes;
  if (bytes.length !== size) {
    const expected = `${size} bytes${file.endsWith('.gz') ? ' when unpacked' : ''}`;
    throw errors.FILE_SIZE({ file, expected, found: bytes.length });
  }
  return bytes.subarray(header);
}
