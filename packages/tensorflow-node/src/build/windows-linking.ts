import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errors } from '../errors.js';
import { libraryFiles } from '../find/library-files.js';
import { NAPI_VERSION } from '../find/native-folder.js';
import { nodeApiHeaders } from './compile-binding.js';
import { peImports } from './pe-imports.js';
import { lastLines, runProgram } from './run-program.js';

/**
 * What a binding for Windows is linked to: TensorFlow's import library, and one for Node-API, made of its list of names by the
 * `dlltool` beside a compiler of Zig's.
 * Throws `TENSORFLOW_BUILD_FAILED`.
 */
export async function windowsLinking(
  folder: string,
  compiler: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const [definition, library] = ['node.def', 'node.lib'].map((name) => join(folder, name));
  const lists = ['js_native_api.def', 'node_api.def'].map((name) => join(nodeApiHeaders(), 'def', name));
  const names = (await Promise.all(lists.map((list) => readFile(list, 'utf8')))).flatMap((text) =>
    text.split(/\r?\n/).filter((line) => /^(napi|node_api)_\w+$/.test(line)),
  );
  await writeFile(definition, ['LIBRARY node.exe', 'EXPORTS', ...names, ''].join('\n'));
  const zig = compiler.slice(
    0,
    compiler.findLastIndex((word) => word === 'c++' || word === 'cc'),
  );
  await run([...zig, 'dlltool', '-d', definition, '-l', library, '-m', 'i386:x86-64'], signal);
  return [join(folder, 'deps/lib/_pywrap_tensorflow_common.dll.if.lib'), library, '-s'];
}

const PYTHON = 'python311.dll';

/**
 * Puts a library beside the binding that stands in for Python's: TensorFlow's for Windows serves its Python modules too, and is not loaded
 * without a `python311.dll`. Every name that it asks for is there; functions return 0 and objects are zeros, since nothing
 * that Node calls gets to them.
 * Throws `TENSORFLOW_BUILD_FAILED`.
 */
export async function addPythonStandIn(
  folder: string,
  compiler: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const tensorflow = join(folder, 'deps/lib', libraryFiles('win32').members[0].split('/').at(-1) ?? '');
  const names = await peImports(tensorflow, PYTHON);
  const source = join(folder, 'python.c');
  await writeFile(source, standInFor(names));
  const out = join(folder, 'lib', `napi-v${NAPI_VERSION}`, PYTHON);
  await run([...compiler, '-x', 'c', '-O1', '-shared', '-s', source, '-x', 'none', '-o', out], signal);
  await rm(join(dirname(out), 'python.lib'), { force: true }); // which the linker leaves beside it
}

/** A program in C that exports these names of Python's: objects (types, exceptions, `None`) as zeros, the rest as functions that return 0. */
export function standInFor(names: readonly string[]): string {
  const lines = names.map((name) =>
    /^PyExc_|_Type$|Struct$/.test(name)
      ? `__declspec(dllexport) long long ${name}[128];`
      : `__declspec(dllexport) void *${name}(void) { return 0; }`,
  );
  return `${lines.join('\n')}\n`;
}

async function run(command: readonly string[], signal?: AbortSignal): Promise<void> {
  const { code, output } = await runProgram(command[0], command.slice(1), { signal });
  if (code !== 0)
    throw errors.BUILD_FAILED({ compiler: command.slice(0, 3).join(' '), output: lastLines(output) });
}
