export { attributesFor, hasOwnOps, nativeBackend } from './native-backend.js';

export type { NativeBackend, OpAttribute } from './native-backend.js';
