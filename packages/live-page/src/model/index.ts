export { unpackNumbers } from './number-list.js';
export { EpochSeries } from './epoch-series.js';
export { runLine } from './run-line.js';
export { RunRecord } from './run-record.js';
export type { NumberList } from './number-list.js';
export type { RunLine } from './run-line.js';
export type { PackedRun, RunFacts, RunState } from './run-record.js';
export type { Snapshot } from './snapshots.js';
