import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Every error that this package throws on purpose. */
export const errors = defineErrors('RUNTIME', {
  BACKEND_UNKNOWN: errorEntry(
    (d: { received: string; known: readonly string[] }) =>
      `Unknown backend ${d.received}. Expected one of ${quoteAll(d.known)}.`,
    { received: "'gpu'", known: ['auto', 'native', 'wasm'] },
  ),
  OPTION_INVALID: optionEntry({
    where: 'useBackend',
    option: 'threads',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  BACKEND_FAILED: errorEntry(
    (d: { backend: string; reason: string }) =>
      `Backend '${d.backend}' could not be started: ${d.reason}. Run \`npx evenkeel doctor\` for what is missing.`,
    { backend: 'wasm', reason: 'the .wasm files are missing' },
  ),
  NONE_WORKS: errorEntry(
    (d: { tried: readonly string[] }) =>
      `None of the backends ${quoteAll(d.tried)} could be started. Run \`npx evenkeel doctor\` for what is missing.`,
    { tried: ['native', 'wasm', 'cpu'] },
  ),
  WASM_FAILED: errorEntry(
    (d: { files: readonly string[] }) =>
      `Backend 'wasm' could not be started with the files ${quoteAll(d.files)}. Expected there what @tensorflow/tfjs-backend-wasm/wasm-out has, of the version that is installed; the browser's console has the reason.`,
    { files: ['/assets/tfjs-backend-wasm.wasm'] },
  ),
  PACKAGE_MISSING: errorEntry(
    (d: { backend: string; packages: readonly string[]; install: string }) =>
      `Backend '${d.backend}' needs the npm package ${quoteAll(d.packages)}, which is not installed. Run \`${d.install}\`.`,
    {
      backend: 'webgpu',
      packages: ['webgpu'],
      install: 'npm install webgpu @tensorflow/tfjs-backend-webgpu',
    },
  ),
  MATRIX_TOO_LARGE: errorEntry(
    (d: { size: number; largest: number }) =>
      `Backend 'webgpu' decomposes matrices of up to ${d.largest} rows, received ${d.size}. Whiten in groups, or use the backend 'native'.`,
    { size: 4096, largest: 2048 },
  ),
});
