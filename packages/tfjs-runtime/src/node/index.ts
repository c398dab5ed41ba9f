import '../ops/register-gradients.js';

export { nativeStatus } from '@evenkeel/tensorflow-node';
export { diagnose } from './diagnose.js';
export { BACKEND_NAMES } from './backend-names.js';
export { bench } from './bench.js';
export { useBackend } from './use-backend.js';

export type { BackendDiagnosis } from './diagnose.js';
export type { BackendName } from './backend-names.js';
export type { BackendSpeed } from './bench-record.js';
export type { BenchOptions, BenchResult } from './bench.js';
export type { BackendInUse, UseBackendOptions } from './use-backend.js';
