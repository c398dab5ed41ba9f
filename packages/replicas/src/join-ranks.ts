import { clusterHere } from './cluster-here.js';
import { withReductions } from './engine/reductions.js';
import type { Sum } from './engine/reductions.js';
import type { DataParallelOptions } from './options.js';

/** The processes that were started together, outside of a trainer. */
export interface Ranks {
  /** Of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Sums a tensor of float32 over all of them, the same bits on each; all call it in the same order, with the same shapes. */
  readonly sum: Sum;
}

/**
 * Meets the other processes without a trainer, for your own sums: what `dataParallel` trains with. Alone, a process has rank 0 of 1, and
 * sums are what they were given. Throws the errors of this package.
 */
export async function joinRanks(options: DataParallelOptions = {}): Promise<Ranks> {
  const cluster = clusterHere(options);
  if (cluster === undefined) return { rank: 0, size: 1, sum: (x) => x.clone() };
  await cluster.join();
  const { rank, size } = cluster;
  return { rank, size, sum: (x) => withReductions('by hand', (sum) => sum(x)) };
}
