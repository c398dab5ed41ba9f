import type { MetricValues } from '@evenkeel/trainer-core';

/** Values of one epoch, counted from 0. */
export interface RunEpoch {
  readonly epoch: number;
  readonly values: MetricValues;
}

/** What a report knows of a run. */
export interface Run {
  /** What the report calls it. */
  readonly name: string;
  /** Loss and evaluation of each epoch. */
  readonly epochs: readonly RunEpoch[];
  /** What was left out of its file, and why. */
  readonly notes?: readonly string[];
  /** What `diagnostics` and other inspectors found, of the epochs at which they looked. */
  readonly diagnostics: readonly RunEpoch[];
}
