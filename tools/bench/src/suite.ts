import type { Turns } from './interleave.js';
import type { Line } from './line.js';
import type { Peers } from './peers.js';

/** What every suite gets. */
export interface SuiteContext {
  /** A smoke run: the smallest work that still goes through every line of code. */
  readonly quick: boolean;
  /** Starts peers; absent without `--peers`. */
  readonly peers?: Peers;
  /** Starts the fastest backend that works here. */
  readonly useFastest: () => Promise<void>;
  /** What belongs into the header: a version, a number of threads. Said twice, it is kept once. */
  readonly note: (text: string) => void;
  /** A short word and how much of its work is done. */
  readonly progress: (what: string, done: number, all: number) => void;
  /** The turns of a measurement, with progress shown under a name. */
  readonly turns: (what: string, normal: Omit<Turns, 'onTurn'>) => Turns;
}

/** One suite: prepares, measures, frees what it made and gives its lines. */
export type Suite = (context: SuiteContext) => Promise<readonly Line[]>;
