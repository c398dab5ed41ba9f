import type { Attribution } from '../assembly/attribution.js';
import type { BatchTransform, Dataset, HostBatch, RandomOfRow } from '../contract/dataset.js';
import type { Replicas, RowShare } from '../contract/replicas.js';
import type { BatchPlan } from '../contract/sampler.js';
import type { JoinedTask } from '../contract/task.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { createRandom } from '../random/random-stream.js';
import type { RandomStream } from '../random/random-stream.js';
import { exampleSize, readInputs } from '../parts/data/read-inputs.js';

/** What batches are read with. */
export interface BatchSources {
  readonly dataset: Dataset;
  readonly task: JoinedTask;
  readonly batchTransforms: readonly BatchTransform[];
  readonly attribution: Attribution;
  readonly replicas: Replicas;
  readonly seed: number;
}

/** The examples of a batch that this process needs, before their transforms. */
export interface BegunBatch {
  readonly batch: HostBatch;
  /** The row of the whole batch that is the first here. */
  readonly first: number;
  readonly plan: BatchPlan;
  readonly share: RowShare;
}

/** The rows of a batch that this process computes. */
export interface ReadBatch {
  readonly batch: HostBatch;
  readonly share: RowShare;
  /** Of the whole batch, `[classes]`; absent where there are no classes. */
  readonly classCounts: readonly number[] | undefined;
}

/**
 * Reads, augments and transforms the batch of a plan; every draw is a function of seed, epoch, place and row of the whole batch.
 * Of a batch that several processes share, each reads its rows, unless a transform wants to see all of them.
 */
export class BatchReader {
  readonly #sources: BatchSources;

  constructor(sources: BatchSources) {
    this.#sources = sources;
  }

  /** Batches that may be under way at the same time. */
  get atOnce(): number {
    return this.#sources.dataset.train.readsAtOnce ?? 1;
  }

  /** Examples of a place in an epoch, augmented; `finish` makes a batch of them. */
  async begin(plan: BatchPlan, epoch: number, place: number): Promise<BegunBatch> {
    const { dataset, task, batchTransforms, replicas } = this.#sources;
    const random = this.#random(epoch, place).fork('read');
    checkIndices(plan, dataset.train.size);
    const share = replicas.share(plan.indices.length);
    const ownRows = batchTransforms.every((transform) => transform.rowwise === true);
    const indices = ownRows ? plan.indices.slice(share.from, share.to) : plan.indices;
    const first = ownRows ? share.from : 0;
    const inputs = await readInputs(dataset.train, indices, (row) => random.fork(first + row));
    const batch = { tag: plan.tag, indices, inputs, ...task.targetsOf(dataset.train, indices) };
    return { batch, first, plan, share };
  }

  /** The same batch, transformed and so ready for the step. */
  async finish({ batch, first, plan, share }: BegunBatch, epoch: number, place: number): Promise<ReadBatch> {
    const { dataset, task, batchTransforms } = this.#sources;
    const { exampleShape } = dataset.train;
    const { normalisation } = dataset;
    const { targetWidth, transformContext } = task;
    const ofBatch = this.#random(epoch, place);
    for (const [index, transform] of batchTransforms.entries()) {
      const random = ofBatch.fork('transform', index, transform.name);
      const randomOf: RandomOfRow = (row) => random.fork(first + row);
      const common = { random, randomOf, exampleShape, targetWidth, normalisation, epoch };
      await transform.transform(batch, { ...transformContext, ...common });
      this.#check(transform, batch);
    }
    const whole = batch.indices.length === share.of;
    const classCounts = task.composition?.(whole ? batch : this.#unread(plan));
    const isCut = batch.indices.length === share.to - share.from;
    return { batch: isCut ? batch : this.#cut(batch, share), share, classCounts };
  }

  /** Some rows of a batch: of its inputs, its indices, and what the task says of examples. */
  #cut(batch: HostBatch, { from, to, of }: RowShare): HostBatch {
    const { dataset, task } = this.#sources;
    const ofRows = Object.keys(task.targetsOf(dataset.train, new Int32Array(0)));
    const fields: Readonly<Record<string, unknown>> = { ...batch };
    const cut = ['inputs', 'indices', ...ofRows].map((name) => {
      const values = fields[name] as Float32Array | Int32Array;
      const width = values.length / of;
      return [name, values.slice(from * width, to * width)] as const;
    });
    return { ...batch, ...Object.fromEntries(cut) };
  }

  /** A batch of which nothing but the targets is known. */
  #unread({ tag, indices }: BatchPlan): HostBatch {
    const { dataset, task } = this.#sources;
    return { tag, indices, inputs: new Float32Array(0), ...task.targetsOf(dataset.train, indices) };
  }

  #random(epoch: number, place: number): RandomStream {
    return createRandom(this.#sources.seed, 'data', epoch, place);
  }

  /** A transform may change values, not the number of examples. */
  #check(transform: BatchTransform, { indices, inputs, targets }: HostBatch): void {
    const { dataset, task, attribution } = this.#sources;
    const expected = (width: number) => indices.length * width;
    const size = exampleSize(dataset.train);
    const problem = !(inputs instanceof Float32Array && inputs.length === expected(size))
      ? `there are ${inputs?.length} input values, expected ${indices.length} × ${size}`
      : !(targets instanceof Float32Array && targets.length === expected(task.targetWidth))
        ? `there are ${targets?.length} target values, expected ${indices.length} × ${task.targetWidth}`
        : undefined;
    if (problem) attribution.refuse(transform, 'transform', problem);
  }
}

function checkIndices({ tag, indices }: BatchPlan, size: number): void {
  const wrong = indices.find((index) => !(index >= 0 && index < size));
  if (indices.length > 0 && wrong === undefined) return;
  const problem = wrong === undefined ? 'it is empty' : `it has index ${wrong}, expected 0 .. ${size - 1}`;
  throw trainerErrors.BAD_BATCH({ tag, problem });
}
