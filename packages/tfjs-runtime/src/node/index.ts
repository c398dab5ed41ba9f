import '../ops/register-gradients.js';

export { nativeStatus } from '@evenkeel/tensorflow-node';
export { diagnose } from './diagnose.js';
export { BACKEND_NAMES, useBackend } from './use-backend.js';

export type { BackendDiagnosis } from './diagnose.js';
export type { BackendInUse, BackendName, UseBackendOptions } from './use-backend.js';
