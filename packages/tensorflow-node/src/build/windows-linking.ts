import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeApiHeaders } from './compile-binding.js';
import { runProgram, lastLines } from './run-program.js';
import { errors } from '../errors.js';

/**
 * What a binding for Windows is linked to: TensorFlow's import library, and one for Node-API, made of its list of names by the
 * `dlltool` beside a compiler of Zig's.
 * @throws TENSORFLOW_BUILD_FAILED.
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
  const zig = compiler.slice(0, compiler.findLastIndex((word) => word === 'c++' || word === 'cc'));
  const args = ['dlltool', '-d', definition, '-l', library, '-m', 'i386:x86-64'];
  const { code, output } = await runProgram(zig[0], [...zig.slice(1), ...args], { signal });
  if (code !== 0) throw errors.BUILD_FAILED({ compiler: zig.join(' '), output: lastLines(output) });
  return [join(folder, 'deps/lib/_pywrap_tensorflow_common.dll.if.lib'), library, '-s'];
}
