import type { MetricValues } from './metric.js';
import type { CheckpointReason, Position } from './events.js';

/** A checkpoint about to be kept. */
export interface CheckpointRecord {
  /** The next batch. */
  readonly position: Position;
  readonly reason: CheckpointReason;
  /** The evaluation of exactly these weights, if there was one. */
  readonly evaluation: MetricValues | undefined;
  /** The whole checkpoint as a file's bytes (docs/checkpoint-format.md). */
  readonly bytes: Uint8Array;
}

/** Where in a run the loop asks whether a checkpoint is due. */
export interface CheckpointPlace {
  /** The next batch. */
  readonly position: Position;
  /** Whether an epoch has just ended, its evaluation included. */
  readonly epochEnd: boolean;
  /** Whether it was the last of the run. */
  readonly last: boolean;
}

/** Where checkpoints are kept, and for how long. */
export interface CheckpointStore {
  readonly name: string;
  /** Where the bytes last loaded came from, such as the path of a file; named in errors about them. */
  readonly loadedFrom?: string;
  /** Called when a run begins or resumes; throws when the place already holds another run. */
  begin?(run: {
    readonly resumed: boolean;
    /** Whether another process of this run has begun here before, and this one carries on for it. */
    readonly joined?: boolean;
  }): Promise<void>;
  /** Whether one is due here; asked after every batch and every epoch. */
  isDue(place: CheckpointPlace): boolean;
  /** Keeps a checkpoint and returns where it can be resumed from. */
  save(record: CheckpointRecord): Promise<string>;
  /** The newest checkpoint, or the one at `location`; undefined when there is none. */
  load(location?: string): Promise<Uint8Array | undefined>;
}
