import type { PixelTransform } from '@evenkeel/datasets-lt';
import { isEvenkeelError } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import type { ImagePlace } from '../listing/image-table.js';
import type { CropStep } from '../transforms/crops.js';
import { SEED_WORDS, seededDraws } from '../transforms/draws.js';
import { makeStep, type StepDescription } from '../transforms/make-step.js';
import { decodeImage } from './decode-image.js';
import { BytesReader } from './read-bytes.js';

/** Images that are under way at the same time in one thread: one is decoded by libvips while another's pixels are worked on. */
const LANES = 2;

/** One image of a batch. */
export interface JobImage extends ImagePlace {
  /** For messages. */
  readonly name: string;
}

/** A batch of images to decode, for all threads the same. */
export interface BatchJob {
  readonly images: readonly JobImage[];
  readonly crop: CropStep;
  readonly steps: readonly StepDescription[];
  /** `[3]`, of pixels scaled to 0 .. 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** `[images, SEED_WORDS]`; zeros where nothing is drawn. */
  readonly seeds: Uint32Array;
  /** Next image that nobody has taken, one number. */
  readonly cursor: Int32Array;
  /** `[images, size, size, 3]`, to be written. */
  readonly output: Float32Array;
  readonly maxPixels: number;
  /** Seconds. */
  readonly readTimeout: number;
  /** Whether every problem is wanted, and not only the first. */
  readonly all?: boolean;
}

/** What went wrong with an image, in words that cross threads. */
export interface JobProblem {
  readonly index: number;
  readonly code: string;
  /** Without the code. */
  readonly text: string;
  readonly details: unknown;
}

/**
 * Takes images from the job's cursor and decodes them until none is left. The first problem ends the job for all threads,
 * unless it wants them all.
 */
export async function workOn(job: BatchJob): Promise<JobProblem[]> {
  const reader = new BytesReader(job.readTimeout);
  const steps = job.steps.map(makeStep);
  const tables = [0, 1, 2].map((channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - job.mean[channel]) / job.std[channel]),
  );
  const problems: JobProblem[] = [];
  const lane = async (): Promise<void> => {
    for (;;) {
      const index = Atomics.add(job.cursor, 0, 1);
      if (index >= job.images.length) return;
      try {
        await decodeInto(job, index, reader, steps, tables);
      } catch (error) {
        if (!job.all) Atomics.store(job.cursor, 0, job.images.length);
        problems.push({ index, ...describe(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await reader.close();
  return problems;
}

async function decodeInto(
  job: BatchJob,
  index: number,
  reader: BytesReader,
  steps: readonly PixelTransform[],
  tables: readonly Float32Array[],
): Promise<void> {
  const place = job.images[index];
  const random = seededDraws(job.seeds.subarray(index * SEED_WORDS, (index + 1) * SEED_WORDS));
  const bytes = await reader.read(place, place.name);
  const image = await decodeImage(bytes, place.name, job.crop, random, job.maxPixels);
  for (const step of steps) step.apply(image, random);
  const { pixels } = image;
  const [red, green, blue] = tables;
  const output = job.output.subarray(index * pixels.length, (index + 1) * pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    output[i] = red[pixels[i]];
    output[i + 1] = green[pixels[i + 1]];
    output[i + 2] = blue[pixels[i + 2]];
  }
}

function describe(error: unknown): Omit<JobProblem, 'index'> {
  if (isEvenkeelError(error)) {
    const { code, details, message } = error;
    return { code, details, text: message.replace(`[${code}] `, '') };
  }
  const failed = imageErrors.THREAD_FAILED({
    reason: error instanceof Error ? error.message : String(error),
  });
  return describe(failed);
}
