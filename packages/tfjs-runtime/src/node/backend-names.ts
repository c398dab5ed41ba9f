/** The backends, the best first; `auto` tries them in this order where none was measured. */
export const BACKEND_NAMES = ['native-gpu', 'native', 'webgpu', 'wasm', 'cpu'] as const;

/** A backend by the name that users know. */
export type BackendName = (typeof BACKEND_NAMES)[number];
