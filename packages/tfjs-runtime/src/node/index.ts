import '../ops/register-gradients.js';

export { cacheFolder } from './cache-folder.js';
export { diagnose } from './diagnose.js';
export { linkNative } from './link-native.js';
export { nativeStatus } from './native-status.js';
export { setupNative } from './setup-native.js';
export { showSetupProgress } from './show-setup-progress.js';
export { TENSORFLOW_VERSION } from './tensorflow-wheel.js';
export { BACKEND_NAMES, useBackend } from './use-backend.js';
export type { BackendDiagnosis } from './diagnose.js';
export type { MissingTool } from './build-tools.js';
export type { NativeStatus } from './native-status.js';
export type { NativeVariant } from './native-variant.js';
export type { SetupNativeOptions } from './setup-options.js';
export type { NativeSetup } from './setup-native.js';
export type { OnSetupProgress, SetupProgress } from './setup-progress.js';
export type { SetupProgressView } from './show-setup-progress.js';
export type { BackendInUse, BackendName, UseBackendOptions } from './use-backend.js';
