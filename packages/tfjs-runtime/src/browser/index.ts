import '../ops/register-gradients.js';

export { useWasm } from './use-wasm.js';
export type { UseWasmOptions, WasmFiles, WasmInUse } from './use-wasm.js';
