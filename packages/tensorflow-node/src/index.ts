export { linkNative } from './build/link-native.js';
export { setupNative } from './build/setup-native.js';
export { showSetupProgress } from './build/show-setup-progress.js';
export { diagnoseNative } from './diagnose-native.js';
export { cacheFolder } from './find/cache-folder.js';
export { nativeStatus } from './find/native-status.js';
export { useNative } from './use-native.js';
export { TENSORFLOW_VERSION } from './wheel/tensorflow-wheel.js';

export type { MissingTool } from './build/build-tools.js';
export type { NativeSetup } from './build/setup-native.js';
export type { SetupNativeOptions } from './build/setup-options.js';
export type { OnSetupProgress, SetupProgress } from './build/setup-progress.js';
export type { SetupProgressView } from './build/show-setup-progress.js';
export type { NativeDiagnosis } from './diagnose-native.js';
export type { NativeStatus } from './find/native-status.js';
export type { NativeVariant } from './find/native-variant.js';
export type { NativeInUse } from './use-native.js';
