import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { VariableInfo } from './layers.js';

/** The rows of a batch that one process computes. */
export interface RowShare {
  readonly from: number;
  /** The first row that is another's; above `from`. */
  readonly to: number;
  /** Rows of the whole batch. */
  readonly of: number;
  /** False where there are fewer rows than processes: another counts these rows, and what they give weighs nothing. */
  readonly counts: boolean;
}

/** What a process wants the run to do next. */
export interface Wishes {
  /** Why it should stop; undefined: it should not. */
  readonly stop: string | undefined;
  readonly evaluate: boolean;
  readonly checkpoint: boolean;
}

/** What has to be the same in every process. */
export interface CommonState {
  /** Plain data by what errors call it. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly variables: readonly VariableInfo[];
}

/**
 * The processes (ranks) that train one network together. Every rank runs the same loop, and all of them call these functions
 * at the same places; a function that waits for the others rejects when one of them fails.
 */
export interface Replicas {
  readonly name: string;
  /** Of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Whether this process writes files and shows progress: rank 0, and after its loss the next. */
  readonly leads: boolean;
  /** Brings the ranks together, the first time that it is called. */
  join(): Promise<void>;
  /** The rows of a batch of `rows` that this rank reads and computes. */
  share(rows: number): RowShare;
  /** Inputs that the step gets beside the core's, under its own names, in the caller's tidy. */
  stepInputs?(share: RowShare): NamedTensorMap;
  /** What all ranks do next: the first reason to stop in the order of ranks, and what any of them wants. */
  agree(wishes: Wishes): Promise<Wishes>;
  /** The values of every rank in order on the one that leads; nothing on the others. */
  gather(values: Float32Array): Promise<readonly Float32Array[]>;
  /** What the rank that leads makes, on every rank: plain data and typed arrays. */
  fromLeader<Value>(make: () => Value | Promise<Value>): Promise<Value>;
  /** Throws when ranks differ; `state` is asked for only where there are several. */
  verify(state: () => CommonState | Promise<CommonState>): Promise<void>;
  /** Tells the others that this rank failed; returns what really ended the run: the failure, or another rank's before it. */
  failed(failure: unknown): Promise<unknown>;
}
