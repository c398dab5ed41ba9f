#!/usr/bin/env node
// node tools/scripts/compile-kernels.mjs: compiles packages/image-folders/kernels, written in AssemblyScript, to WebAssembly, and keeps it in the
// sources as text: published packages and checkouts need no compiler. A test says when it is no longer what the kernels give.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const OPTIONS =
  '--optimizeLevel 3 --shrinkLevel 0 --converge --noAssert --runtime stub --enable simd,bulk-memory';

/** The module for some entry of kernels, in base64. */
export async function compileKernels(entry) {
  const path = fileURLToPath(entry);
  let module;
  const { error, stderr } = await asc.main([path, '--outFile', 'kernels.wasm', ...OPTIONS.split(' ')], {
    writeFile: (_name, contents) => {
      module = contents;
    },
  });
  if (error) throw new Error(`${path} does not compile:\n${stderr}`, { cause: error });
  return Buffer.from(module).toString('base64');
}

const folder = new URL('../../packages/image-folders/', import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await compileKernels(new URL('kernels/index.ts', folder));
  await writeFile(
    new URL('src/kernels/compiled-kernels.ts', folder),
    `// Made by tools/scripts/compile-kernels.mjs from ../../kernels: change those.

/** The kernels as WebAssembly, in base64. */
export const COMPILED_KERNELS =
  '${text}';
`,
  );
}
