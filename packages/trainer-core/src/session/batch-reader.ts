import type { Attribution } from '../assembly/attribution.js';
import type { BatchTransform, Dataset, ExampleSource, HostBatch, RandomOfRow } from '../contract/dataset.js';
import type { BatchPlan } from '../contract/sampler.js';
import type { JoinedTask } from '../contract/task.js';
import { trainerErrors } from '../errors.js';
import { createRandom } from '../random/random-stream.js';
import type { RandomStream } from '../random/random-stream.js';

/** What batches are read with. */
export interface BatchSources {
  readonly dataset: Dataset;
  readonly task: JoinedTask;
  readonly batchTransforms: readonly BatchTransform[];
  readonly attribution: Attribution;
  readonly seed: number;
}

/** Reads, augments and transforms the batch of a plan; every draw is a function of seed, epoch, place and row. */
export class BatchReader {
  readonly #sources: BatchSources;

  constructor(sources: BatchSources) {
    this.#sources = sources;
  }

  /** Examples of a place in an epoch, augmented; `finish` makes a batch of them. */
  async begin(plan: BatchPlan, epoch: number, place: number): Promise<HostBatch> {
    const { dataset, task } = this.#sources;
    const random = this.#random(epoch, place).fork('read');
    const { tag, indices } = plan;
    checkIndices(plan, dataset.train.size);
    const inputs = await readInputs(dataset.train, indices, (row) => random.fork(row));
    return { tag, indices, inputs, ...task.targetsOf(dataset.train, indices) };
  }

  /** The same batch, transformed and so ready for the step. */
  async finish(batch: HostBatch, epoch: number, place: number): Promise<HostBatch> {
    const { dataset, task, batchTransforms } = this.#sources;
    const { exampleShape } = dataset.train;
    const { normalisation } = dataset;
    const { targetWidth, transformContext } = task;
    const ofBatch = this.#random(epoch, place);
    for (const [index, transform] of batchTransforms.entries()) {
      const random = ofBatch.fork('transform', index, transform.name);
      const randomOf: RandomOfRow = (row) => random.fork(row);
      const common = { random, randomOf, exampleShape, targetWidth, normalisation, epoch };
      await transform.transform(batch, { ...transformContext, ...common });
      this.#check(transform, batch);
    }
    return batch;
  }

  #random(epoch: number, place: number): RandomStream {
    return createRandom(this.#sources.seed, 'data', epoch, place);
  }

  /** A transform may change values, not the number of examples. */
  #check(transform: BatchTransform, { indices, inputs, targets }: HostBatch): void {
    const { dataset, task, attribution } = this.#sources;
    const expected = (width: number) => indices.length * width;
    const size = sizeOf(dataset.train);
    const problem = !(inputs instanceof Float32Array && inputs.length === expected(size))
      ? `there are ${inputs?.length} input values, expected ${indices.length} × ${size}`
      : !(targets instanceof Float32Array && targets.length === expected(task.targetWidth))
        ? `there are ${targets?.length} target values, expected ${indices.length} × ${task.targetWidth}`
        : undefined;
    if (problem) attribution.refuse(transform, 'transform', problem);
  }
}

/** Values of one example. */
function sizeOf({ exampleShape }: ExampleSource): number {
  return exampleShape.reduce((product, axis) => product * axis, 1);
}

function checkIndices({ tag, indices }: BatchPlan, size: number): void {
  const wrong = indices.find((index) => !(index >= 0 && index < size));
  if (indices.length > 0 && wrong === undefined) return;
  const problem = wrong === undefined ? 'it is empty' : `it has index ${wrong}, expected 0 .. ${size - 1}`;
  throw trainerErrors.BAD_BATCH({ tag, problem });
}

/** Inputs of some examples, `[indices, ...exampleShape]`, augmented when `randomOf` is given. */
export async function readInputs(
  source: ExampleSource,
  indices: Int32Array,
  randomOf?: RandomOfRow,
): Promise<Float32Array> {
  const inputs = new Float32Array(indices.length * sizeOf(source));
  await source.read(indices, inputs, randomOf);
  return inputs;
}
