import type { ShotGroup } from './dataset.js';
import type { MetricValues } from './metric.js';

/**
 * Where the run stands. In events of a batch or step it is that of the batch itself; in all others, and in checkpoints,
 * that of the next batch, except that the end of an epoch still names the epoch that ended.
 */
export interface Position {
  /** Zero-based epoch. */
  readonly epoch: number;
  /** Zero-based batch within the epoch. */
  readonly batch: number;
  /** Zero-based step of the whole run: the number of steps before it. */
  readonly step: number;
}

interface At {
  readonly position: Position;
}

/** A run begins, or resumes. */
export interface FitStart extends At {
  readonly type: 'fit-start';
  /** Epochs of the whole run. */
  readonly epochs: number;
  /** Batches of the whole run. */
  readonly batches: number;
  readonly batchSize: number;
  /** True when the run resumes from a checkpoint. */
  readonly resumed: boolean;
  readonly data: DataFacts;
}
/** What observers may know of the data. */
export interface DataFacts {
  /** Name of the data set. */
  readonly data: string;
  /** One name per class, `[classes]`; this and what follows is absent where the task has no classes. */
  readonly classNames?: readonly string[];
  /** Training examples per class, `[classes]`. */
  readonly classCounts?: readonly number[];
  /** Shot group per class, `[classes]`. */
  readonly shotGroups?: readonly ShotGroup[];
}
/** Before the first batch of an epoch; not when a run resumes in the middle of an epoch. */
export interface EpochStart extends At {
  readonly type: 'epoch-start';
  readonly batches: number;
}
/** A batch is read and transformed. */
export interface BatchStart extends At {
  readonly type: 'batch-start';
  readonly tag: string;
  /** Examples of every class in the batch, `[classes]`; absent where the task has no classes. */
  readonly classCounts?: readonly number[];
  /** Examples in the batch. */
  readonly size: number;
  /** Time spent reading and transforming the batch, ms. */
  readonly readMs: number;
}
/** Before the step. */
export interface StepStart extends At {
  readonly type: 'step-start';
  readonly tag: string;
  readonly learningRate: number;
}
/** The variables have moved. */
export interface StepEnd extends At {
  readonly type: 'step-end';
  readonly tag: string;
  readonly learningRate: number;
  readonly loss: number;
  /** What parts of the step gave to `log`, by name. */
  readonly logged: Readonly<Record<string, number>>;
  /** Time of the step, ms. */
  readonly stepMs: number;
}
/** After the step; the cursor stands at the next batch already. */
export interface BatchEnd extends At {
  readonly type: 'batch-end';
  readonly tag: string;
  readonly size: number;
  readonly loss: number;
}
/** After the last batch of an epoch, and its evaluation. */
export interface EpochEnd extends At {
  readonly type: 'epoch-end';
  /** Mean loss over the examples of the epoch. */
  readonly loss: number;
  /** Means of what was given to `log`, each over the steps that gave it. */
  readonly logged: Readonly<Record<string, number>>;
  /** The evaluation at the end of the epoch, if there was one. */
  readonly evaluation: MetricValues | undefined;
  /** Which part of the data it measured. */
  readonly evaluated: 'validation' | 'test' | undefined;
  /** Training examples per second, evaluation not counted; 0 when nothing ran. */
  readonly imagesPerSecond: number;
  /** Share of the time that batches were read while the step waited, 0..1. */
  readonly readShare: number;
}
/** Before the first batch of an evaluation. */
export interface EvaluationStart extends At {
  readonly type: 'evaluation-start';
  readonly split: string;
  readonly examples: number;
}
/** After every batch of an evaluation. */
export interface EvaluationProgress extends At {
  readonly type: 'evaluation-progress';
  readonly split: string;
  readonly examples: number;
  /** Examples done so far. */
  readonly done: number;
}
/** After an evaluation. */
export interface EvaluationEnd extends At {
  readonly type: 'evaluation-end';
  readonly split: string;
  readonly metrics: MetricValues;
  readonly seconds: number;
}
/** After an inspector has looked at the network. */
export interface InspectionEnd extends At {
  readonly type: 'inspection-end';
  /** The inspector. */
  readonly name: string;
  readonly values: MetricValues;
  readonly seconds: number;
}
/** Why a checkpoint is saved. */
export type CheckpointReason = 'epoch' | 'interval' | 'request' | 'stop' | 'end' | 'error';

/** A checkpoint is kept. */
export interface CheckpointSaved extends At {
  readonly type: 'checkpoint-saved';
  readonly reason: CheckpointReason;
  /** Where it can be resumed from. */
  readonly location: string;
}
/** The run is over, or stopped. */
export interface FitEnd extends At {
  readonly type: 'fit-end';
  /** `done`, `failed`, or why the run stopped before its last epoch. */
  readonly reason: string;
  readonly interrupted: boolean;
  /** What `fit` rejects with, when it failed. */
  readonly error?: unknown;
}

/**
 * Everything an observer can see, told apart by `type`. The order of a run:
 *
 * ```text
 * fit-start
 *   epoch-start
 *     batch-start  step-start  step-end  batch-end             once per batch
 *       evaluation-start  evaluation-progress …  evaluation-end  where one was asked for
 *       checkpoint-saved                                         where one is due, after every observer
 *     evaluation-start  evaluation-progress …  evaluation-end    where one is due
 *     inspection-end                                             once per inspector that is due
 *   epoch-end
 *     checkpoint-saved
 * fit-end                                                        always, also when the run failed
 * ```
 *
 * Events are frozen: watching cannot change a run.
 *
 * `trainer.evaluate()` and `trainer.save()` outside a run emit nothing.
 */
export type TrainerEvent =
  | FitStart
  | EpochStart
  | BatchStart
  | StepStart
  | StepEnd
  | BatchEnd
  | EpochEnd
  | EvaluationStart
  | EvaluationProgress
  | EvaluationEnd
  | InspectionEnd
  | CheckpointSaved
  | FitEnd;

/** The events of `hooks.epoch$`. */
export type EpochEvent = EpochStart | EpochEnd;
/** The events of `hooks.batch$`. */
export type BatchEvent = BatchStart | BatchEnd;
/** The events of `hooks.step$`. */
export type StepEvent = StepStart | StepEnd;
