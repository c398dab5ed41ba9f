export { htmlReport } from './html-report.js';
export { readRun } from './read-run.js';

export type { Run, RunEpoch } from './run.js';
