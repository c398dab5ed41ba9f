import { createHash } from 'node:crypto';
import type { OnProgress } from '@evenkeel/datasets-lt';
import { DecodedSource } from './decoded-source.js';
import type { ImageDataset } from './image-dataset.js';
import { faultOfImage } from './fault-of-image.js';
import { paddedCrop } from './transforms/crops.js';
import { SEED_WORDS } from './transforms/draws.js';

/** What was found of one image. */
export interface SurveyedImage {
  /** Its path, or its name in a shard. */
  readonly name: string;
  readonly part: 'train' | 'validation' | 'test';
  readonly label: number;
  /** The same for the same picture: see {@link surveyImages}. Absent where there is a `problem`. */
  readonly fingerprint?: string;
  /** Why it cannot be decoded. */
  readonly problem?: string;
}

/** Side of the picture that a fingerprint is made of, pixels. */
const SIDE = 32;

/** Images that are decoded before progress is told again. */
const ROUND = 512;

const PARTS = ['train', 'validation', 'test'] as const;

/**
 * Decodes every image of a data set once, whole, and tells which cannot be decoded and which are the same picture. The
 * fingerprint is a hash of all of the image resized to 32 × 32: copies have the same one, also under another name, with
 * other metadata or in another format without loss; the same picture compressed again has another. Throws what is not an
 * image's own fault, such as `IMAGES_UNREADABLE`.
 */
export async function surveyImages(
  data: ImageDataset,
  onProgress: OnProgress = () => undefined,
): Promise<SurveyedImage[]> {
  const found: SurveyedImage[] = [];
  for (const part of PARTS) {
    const source = data[part];
    if (!(source instanceof DecodedSource)) continue;
    const label = `Looking at the ${part} images`;
    for (let from = 0; from < source.size; from += ROUND) {
      onProgress({ label, done: from, total: source.size });
      const rows = Math.min(ROUND, source.size - from);
      found.push(...(await surveyRows(source, from, rows)).map((image) => ({ ...image, part })));
    }
    onProgress({ label, done: source.size, total: source.size });
  }
  return found;
}

async function surveyRows(
  source: DecodedSource,
  from: number,
  rows: number,
): Promise<Omit<SurveyedImage, 'part'>[]> {
  const { images, pool, maxPixels, readTimeout } = source.files;
  const output = new Float32Array(new SharedArrayBuffer(rows * SIDE * SIDE * 3 * 4));
  const problems = await pool.problemsOf({
    images: Array.from({ length: rows }, (_, row) => ({
      ...images.place(from + row),
      name: images.nameOf(from + row),
    })),
    crop: paddedCrop({ size: SIDE, pad: 0 }),
    steps: [],
    ...{ mean: [0, 0, 0], std: [1, 1, 1], maxPixels, readTimeout, all: true },
    seeds: new Uint32Array(rows * SEED_WORDS),
    cursor: new Int32Array(new SharedArrayBuffer(4)),
    output,
  });
  const faults = new Map(problems.map((problem) => [problem.index, faultOfImage(problem)]));
  const numbers = SIDE * SIDE * 3;
  return Array.from({ length: rows }, (_, row) => {
    const about = { name: images.nameOf(from + row), label: images.labels[from + row] };
    const problem = faults.get(row);
    if (problem !== undefined) return { ...about, problem };
    return { ...about, fingerprint: hashOf(output.subarray(row * numbers, (row + 1) * numbers)) };
  });
}

function hashOf(pixels: Float32Array): string {
  const bytes = Uint8Array.from(pixels, (value) => Math.round(value * 255));
  return createHash('sha256').update(bytes).digest('hex').slice(0, 24);
}
