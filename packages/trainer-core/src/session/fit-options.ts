import type { MetricValues } from '../contract/metric.js';
import type { EpochRecord } from './run-state.js';

/** How long to train and how often to look. */
export interface FitOptions {
  /**
   * Epochs of the whole run, those already done included. Schedules that span the run, and the progressive sampler,
   * depend on it: a run resumed with another number is another run from there on.
   */
  readonly epochs: number;
  /** Evaluates after every so many epochs and after the last; 0: never. Default 1. */
  readonly evaluateEvery?: number;
  /** Stops as `requestStop` does when aborted; a text given as the reason is kept. */
  readonly signal?: AbortSignal;
}

/** How a run ended. */
export interface FitResult {
  /** `done`, or why it stopped before its last epoch. */
  readonly reason: string;
  /** Whether it stopped before its last epoch; `resume` continues it from there. */
  readonly interrupted: boolean;
  /** Finished epochs. */
  readonly history: readonly EpochRecord[];
  /** The last evaluation. */
  readonly evaluation: MetricValues | undefined;
  /** Optimizer steps since the beginning. */
  readonly steps: number;
  /** Wall time of the run, evaluation included, s. */
  readonly seconds: number;
  /** Training examples per second, evaluation not counted. */
  readonly imagesPerSecond: number;
}
