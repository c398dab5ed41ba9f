import type { MetricValues } from '../contract/metric.js';
import type { Position } from '../contract/events.js';

/** What is kept of a finished epoch. */
export interface EpochRecord {
  /** Zero-based. */
  readonly epoch: number;
  /** Mean training loss over the examples of the epoch. */
  readonly loss: number;
  /** Learning rate of the epoch's last step. */
  readonly learningRate: number;
  /** The evaluation at its end, if there was one. */
  readonly evaluation?: MetricValues;
}

/** Where a run stands, apart from variables and plugins; part of every checkpoint. */
export interface RunState {
  /** The next batch: zero-based epoch, batch within it, and steps done so far. */
  position: Position;
  /** Sum of loss × examples, and examples, of the epoch under way. */
  lossSum: number;
  examples: number;
  /** Of what the epoch's steps gave to `log`: sum and number of steps, by name. */
  logged: Record<string, [sum: number, steps: number]>;
  learningRate: number;
  evaluation: MetricValues | undefined;
  /** Steps done when it was measured. */
  evaluatedAt: number | undefined;
  history: EpochRecord[];
  /** That roles were changed on purpose when it was resumed, so that its steps need not be those of the present plan. */
  planChanged?: boolean;
  /** Wall time so far, s; training only, and all. Not part of what resume repeats exactly. */
  clock: { training: number; all: number; images: number };
}

/** A run that has not begun. */
export function freshRun(): RunState {
  return {
    position: { epoch: 0, batch: 0, step: 0 },
    lossSum: 0,
    examples: 0,
    logged: {},
    learningRate: 0,
    evaluation: undefined,
    evaluatedAt: undefined,
    history: [],
    clock: { training: 0, all: 0, images: 0 },
  };
}
