export { checkpointFile } from './checkpoint-file.js';
export { nodeErrors } from './errors.js';
export { fileCheckpoints } from './file-checkpoints.js';
export { formatDuration, formatShare } from './format.js';
export { metricsFile } from './metrics-file.js';
export { progressBar } from './progress-bar.js';
export { saveOnInterrupt } from './save-on-interrupt.js';

export type { FileCheckpointOptions } from './file-checkpoints.js';
export type { MetricsFileOptions } from './metrics-file.js';
export type { ProgressBarOptions } from './progress-bar.js';
export type { SaveOnInterruptOptions } from './save-on-interrupt.js';
export type { LineStream } from './terminal-line.js';
