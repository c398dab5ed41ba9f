export { nameOf, writeReport } from './write-report.js';
export { readRun } from './read-run.js';
export { reportPage } from './report-page.js';

export type { ReportSource, WrittenReport } from './write-report.js';
export type { RunRecord } from '../model/run-record.js';
export type { PackedRun, RunFacts, RunState } from '../model/run-record.js';
