import { BATCH_TRANSFORMS } from '../contract/core-roles.js';
import type { BatchTransform, Dataset, ExampleSource, HostBatch, RandomOfRow } from '../contract/dataset.js';
import type { Resolve } from '../contract/plugin.js';
import type { BatchPlan } from '../contract/sampler.js';
import { trainerErrors } from '../errors.js';
import { createRandom } from '../random/random-stream.js';
import type { RandomStream } from '../random/random-stream.js';

/** Reads, augments and transforms the batch of a plan; every draw is a function of seed, epoch, place and row. */
export class BatchReader {
  readonly #dataset: Dataset;
  readonly #seed: number;
  readonly #transforms: readonly BatchTransform[];

  constructor(resolve: Resolve, dataset: Dataset, seed: number) {
    this.#dataset = dataset;
    this.#seed = seed;
    this.#transforms = resolve(BATCH_TRANSFORMS);
  }

  /** Examples of a place in an epoch, augmented; `finish` makes a batch of them. */
  async begin(plan: BatchPlan, epoch: number, place: number): Promise<HostBatch> {
    const random = this.#random(epoch, place).fork('read');
    return { ...plan, ...(await readPlain(this.#dataset.train, plan.indices, (row) => random.fork(row))) };
  }

  /** The same batch, transformed and so ready for the step. */
  finish(batch: HostBatch, epoch: number, place: number): HostBatch {
    const { train, classNames } = this.#dataset;
    const ofBatch = this.#random(epoch, place);
    for (const [index, transform] of this.#transforms.entries()) {
      const random = ofBatch.fork('transform', index, transform.name);
      transform.transform(batch, {
        random,
        randomOf: (row) => random.fork(row),
        classes: classNames.length,
        exampleShape: train.exampleShape,
        epoch,
      });
      checkRows(transform.name, batch, batch.indices.length, classNames.length);
    }
    return batch;
  }

  #random(epoch: number, place: number): RandomStream {
    return createRandom(this.#seed, 'data', epoch, place);
  }
}

/** Images and labels of some examples, augmented when `randomOf` is given. */
export async function readPlain(
  source: ExampleSource,
  indices: Int32Array,
  randomOf?: RandomOfRow,
): Promise<{ images: Float32Array; labels: Int32Array }> {
  const length = source.exampleShape.reduce((product, size) => product * size, indices.length);
  const images = new Float32Array(length);
  await source.read(indices, images, randomOf);
  return { images, labels: indices.map((index) => source.labels[index]) };
}

function checkRows(transform: string, batch: HostBatch, rows: number, classes: number): void {
  const { images, labels, targets } = batch;
  const problem =
    labels.length !== rows || images.length % rows !== 0
      ? `there are ${labels.length} labels and ${images.length} image values for ${rows} examples`
      : targets && targets.length !== rows * classes
        ? `there are ${targets.length} target values, expected ${rows} × ${classes}`
        : undefined;
  if (problem) throw trainerErrors.BAD_BATCH({ transform, problem });
}
