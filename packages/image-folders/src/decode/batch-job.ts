import { isEvenkeelError, messageOf } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import type { ImagePlace } from '../listing/image-table.js';
import { Normaliser } from '../pixels/normaliser.js';
import { placed, taken } from '../pixels/resample.js';
import type { CropStep } from '../transforms/crops.js';
import { SEED_WORDS, seededDraws } from '../transforms/draws.js';
import { makeStep, type StepDescription } from '../transforms/make-step.js';
import type { PixelStep } from '../transforms/pixel-step.js';
import { decodePlaced } from './decode-image.js';
import type { BytesReader } from './read-bytes.js';

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
export async function workOn(job: BatchJob, reader: BytesReader): Promise<JobProblem[]> {
  const steps = job.steps.map(makeStep);
  const normaliser = new Normaliser(job.mean, job.std);
  const problems: JobProblem[] = [];
  const lane = async (): Promise<void> => {
    for (;;) {
      const index = Atomics.add(job.cursor, 0, 1);
      if (index >= job.images.length) return;
      try {
        await decodeInto(job, index, reader, steps, normaliser);
      } catch (error) {
        if (!job.all) Atomics.store(job.cursor, 0, job.images.length);
        problems.push({ index, ...describe(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return problems;
}

async function decodeInto(
  job: BatchJob,
  index: number,
  reader: BytesReader,
  steps: readonly PixelStep[],
  normaliser: Normaliser,
): Promise<void> {
  const place = job.images[index];
  const random = seededDraws(job.seeds.subarray(index * SEED_WORDS, (index + 1) * SEED_WORDS));
  const bytes = await reader.read(place, place.name, job.readTimeout);
  // A mirror at the end costs nothing on the way to the batch.
  const mirrors = steps.at(-1)?.mirrors;
  const before = mirrors ? steps.slice(0, -1) : steps;
  await decodePlaced(bytes, place.name, job.crop, random, job.maxPixels, (memory, image) => {
    const changed = before.length > 0 ? taken(memory, image) : undefined;
    if (changed) for (const step of before) step.apply(changed, random);
    const length = image.width * image.height * 3;
    const output = job.output.subarray(index * length, (index + 1) * length);
    const mirrored = mirrors?.(random) ?? false;
    normaliser.write(memory, changed ? placed(memory, changed) : image, mirrored, output);
  });
}

function describe(error: unknown): Omit<JobProblem, 'index'> {
  if (isEvenkeelError(error)) {
    const { code, details, message } = error;
    return { code, details, text: message.replace(`[${code}] `, '') };
  }
  const failed = imageErrors.THREAD_FAILED({
    reason: messageOf(error),
  });
  return describe(failed);
}
