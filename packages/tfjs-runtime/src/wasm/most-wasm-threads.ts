/** The pool of workers that the threaded wasm module makes at its start. */
export const MOST_WASM_THREADS = 8;
