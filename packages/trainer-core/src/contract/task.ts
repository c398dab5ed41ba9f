import type { Configured } from './configured.js';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type {
  ClassDataset,
  Dataset,
  DatasetDefinition,
  ExampleSource,
  HostBatch,
  TargetDataset,
} from './dataset.js';
import type { Metric, MetricContext } from './metric.js';
import type { Sampler, SamplerContext, SamplerDefinition } from './sampler.js';
import type { Loss, PosthocContext } from './step.js';

/** What a network learns from a data set: which targets, which outputs, and what fills LOSS, METRICS and SAMPLER by default. */
export interface Task extends Configured {
  /** Such as `classification`; plugins and role values name the task that they need by it. */
  readonly name: string;
  /** Joins the task to its data. Throws `TRAINER_BAD_DATASET` when they do not fit. */
  join(dataset: Dataset): JoinedTask;
  loss(): Loss;
  metrics(): readonly Metric[];
  sampler(): SamplerDefinition;
}

/** What a sampler may know of a data set, without batch size and epochs. */
export type SamplerData = Omit<SamplerContext, 'batchSize' | 'epochs'>;

/** A task that knows its data: all that the loop needs of either. */
export interface JoinedTask {
  /** Columns of the network's output, 1 or more. */
  readonly outputs: number;
  /** Numbers per row of the targets. */
  readonly targetWidth: number;
  /** Kept for metrics and whoever looks at the network; fields of the task's own beside `outputs`. */
  readonly metricContext: MetricContext;
  readonly samplerData: SamplerData;
  /** What post-hoc transforms know, made in the caller's tidy. */
  posthocContext(): PosthocContext;
  /** What a source says of some examples: targets `[indices, targetWidth]`, and further fields of the batch. */
  targetsOf(source: ExampleSource, indices: Int32Array): Pick<HostBatch, 'targets'> & Record<string, unknown>;
  /** Target values that metrics compare outputs with, for consecutive rows of a source. */
  truthOf(source: ExampleSource, indices: Int32Array): Int32Array | Float32Array;
  /** What batch transforms know beside the common context. */
  readonly transformContext: Readonly<Record<string, unknown>>;
  /** Inputs of the step beside the common ones, in the caller's tidy: `rows` go with the batch's rows, `shared` do not. */
  stepInputs(
    batch: HostBatch,
    sampler: Sampler,
    epoch: number,
  ): { readonly rows: NamedTensorMap; readonly shared: NamedTensorMap };
  /** Class composition of a batch, `[classes]`, for its events; absent where there are no classes. */
  composition?(batch: HostBatch): readonly number[];
  /** What of the data set beside its name belongs to a run's identity, in plain data. */
  readonly identity: Readonly<Record<string, unknown>>;
}

/** A data set, or what will load one. */
export type DataInput = Dataset | ClassDataset | TargetDataset | DatasetDefinition;
