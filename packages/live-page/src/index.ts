export { confusion } from './measurements/confusion.js';
export { errors } from './errors.js';
export { followRun } from './server/follow-run.js';
export { livePage } from './server/live-page.js';
export { measurements } from './measurements/measurements.js';
export { norms } from './measurements/norms.js';
export { servePage } from './server/serve-page.js';
export { watchRuns } from './server/watch-runs.js';

export type { LivePageOptions } from './server/live-page.js';
export type { MeasurementsOptions } from './measurements/measurements.js';
export type { RunsWatch, WatchRunsOptions } from './server/watch-runs.js';
export type { ServedPage, ServePageOptions } from './server/serve-page.js';
