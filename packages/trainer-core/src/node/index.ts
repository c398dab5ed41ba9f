export { checkpointFile } from './checkpoint-file.js';
export { onClosedOutput } from './closed-output.js';
export { nodeErrors } from './errors.js';
export { exitCodeOf } from './exit-code.js';
export { isPart, readText, removeParts, writeWhole } from './file-access.js';
export { fileCheckpoints } from './file-checkpoints.js';
export { formatDuration, formatShare } from './format.js';
export { metricsFile } from './metrics-file.js';
export { progressBar } from './progress-bar.js';
export { lockFolder } from './run-lock.js';
export { saveOnInterrupt } from './save-on-interrupt.js';

export type { FileCheckpointOptions } from './file-checkpoints.js';
export type { MetricsFileOptions } from './metrics-file.js';
export type { ProgressBarOptions } from './progress-bar.js';
export type { LockTimes, RunLock } from './run-lock.js';
export type { SaveOnInterruptOptions } from './save-on-interrupt.js';
export type { LineStream } from './terminal-line.js';
