#!/usr/bin/env node
// `node tools/scripts/compile-kernels.mjs [FILE]`: compiles packages/image-folders/kernels, written in AssemblyScript, to WebAssembly, and keeps it
// in the sources as text, so that neither a checkout nor a published package needs the compiler; with --check it only says whether
// FILE, by default the one in the sources, is what the kernels give.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = new URL('../../packages/image-folders/', import.meta.url);
const entry = fileURLToPath(new URL('kernels/index.ts', root));
const options =
  '--optimizeLevel 3 --shrinkLevel 0 --converge --noAssert --runtime stub --enable simd,bulk-memory';

let module;
const { error, stderr } = await asc.main([entry, '--outFile', 'kernels.wasm', ...options.split(' ')], {
  writeFile: (_name, contents) => {
    module = contents;
  },
});
if (error) throw new Error(`The kernels do not compile:\n${stderr}`, { cause: error });

const text = `// Made by tools/scripts/compile-kernels.mjs from ../../kernels: change those.

/** The kernels as WebAssembly, in base64. */
export const COMPILED_KERNELS =
  '${Buffer.from(module).toString('base64')}';
`;

const rest = process.argv.slice(2).filter((argument) => argument !== '--check');
const file = rest[0] ?? fileURLToPath(new URL('src/kernels/compiled-kernels.ts', root));
if (!process.argv.includes('--check')) {
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8')) !== text) {
  console.error(`${file} is not current. Run: node tools/scripts/compile-kernels.mjs`);
  process.exitCode = 1;
}
