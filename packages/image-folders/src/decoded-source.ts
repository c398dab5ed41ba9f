import type { ExampleSource, RandomOfRow } from '@evenkeel/trainer-core';
import { imageErrors } from './errors.js';
import type { BatchJob } from './decode/batch-job.js';
import type { DecodingPool } from './decode/decoding-pool.js';
import type { ImageTable } from './listing/image-table.js';
import { SEED_WORDS } from './transforms/draws.js';
import type { Transforms } from './transforms/transforms.js';

/** What a `DecodedSource` reads, and how. */
export interface DecodedSourceOptions {
  readonly images: ImageTable;
  /** For reads without random streams. */
  readonly plain: Transforms;
  /** For reads with them; default: as `plain`. */
  readonly augmented?: Transforms;
  /** Subtracted after the pixels are scaled to 0 .. 1, `[3]`. */
  readonly mean: readonly number[];
  /** Divides what is left, `[3]`, each above 0. */
  readonly std: readonly number[];
  readonly pool: DecodingPool;
  readonly maxPixels: number;
  /** Seconds. */
  readonly readTimeout: number;
}

/**
 * Images that are decoded when they are asked for. Every draw for an image comes from the generator that four numbers of its
 * row's stream begin, so that the same (seed, epoch, batch, row) gives the same bits, whatever decoded it and when.
 */
export class DecodedSource implements ExampleSource {
  readonly size: number;
  readonly labels: Int32Array;
  readonly exampleShape: readonly [height: number, width: number, channels: number];
  /** Threads that find nothing left to do for one batch begin with the next. */
  readonly readsAtOnce = 2;
  readonly #options: DecodedSourceOptions;
  /** Batches as the threads write them, kept for the next ones. */
  readonly #shared: SharedArrayBuffer[] = [];

  constructor(options: DecodedSourceOptions) {
    const [{ size }] = options.plain;
    this.size = options.images.size;
    this.labels = options.images.labels;
    this.exampleShape = [size, size, 3];
    this.#options = options;
  }

  /** Where its images lie, and what decodes them. */
  get files(): Pick<DecodedSourceOptions, 'images' | 'pool' | 'maxPixels' | 'readTimeout'> {
    return this.#options;
  }

  /**
   * Writes the images at `indices`, `[batch, size, size, 3]`, into `into`; augmented when `randomOf` is given.
   * Throws `IMAGES_ARRAY_LENGTH`, `IMAGES_INDEX_RANGE`, or what is wrong with the first image that cannot be had.
   */
  async read(indices: Int32Array, into: Float32Array, randomOf?: RandomOfRow): Promise<void> {
    const { images, plain, augmented = plain, mean, std, pool, maxPixels, readTimeout } = this.#options;
    const length = this.exampleShape.reduce((product, side) => product * side, indices.length);
    if (into.length !== length) {
      throw imageErrors.ARRAY_LENGTH({ name: 'into', expected: length, received: into.length });
    }
    const wrong = indices.find((index) => !(index >= 0 && index < this.size));
    if (wrong !== undefined) throw imageErrors.INDEX_RANGE({ size: this.size, received: wrong });
    const [crop, ...steps] = randomOf ? augmented : plain;
    const shared = this.#takeShared(4 * length);
    const job: BatchJob = {
      images: Array.from(indices, (index) => ({ ...images.place(index), name: images.nameOf(index) })),
      crop,
      steps: steps.map(({ kind, options }) => ({ kind, options })),
      seeds: seedsOf(indices.length, randomOf),
      cursor: new Int32Array(new SharedArrayBuffer(4)),
      output: new Float32Array(shared, 0, length),
      ...{ mean, std, maxPixels, readTimeout },
    };
    try {
      await pool.decode(job);
      into.set(job.output);
    } finally {
      this.#shared.push(shared);
    }
  }

  #takeShared(bytes: number): SharedArrayBuffer {
    const kept = this.#shared.pop();
    return kept && kept.byteLength >= bytes ? kept : new SharedArrayBuffer(bytes);
  }
}

function seedsOf(rows: number, randomOf: RandomOfRow | undefined): Uint32Array {
  const seeds = new Uint32Array(rows * SEED_WORDS);
  if (!randomOf) return seeds;
  for (let row = 0; row < rows; row++) {
    const random = randomOf(row);
    for (let word = 0; word < SEED_WORDS; word++) seeds[row * SEED_WORDS + word] = random.uint32();
  }
  return seeds;
}
