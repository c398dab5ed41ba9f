import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { errors } from '../errors.js';
import type { TfjsNodePackage } from '../find/find-tfjs-node.js';
import { NAPI_VERSION } from '../find/native-folder.js';
import { compileAddon } from './compile-addon.js';
import { QUIET_LOADER } from './quiet-loader.js';

/** File name of tfjs-node's binding. */
export const BINDING = 'tfjs_binding.node';

const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'];

/** How a binding is linked to the libraries in `deps/lib`, which it finds again from `lib/napi-v8`. */
const LINKING: Readonly<Record<string, readonly string[]>> = {
  linux: [
    '-l:libtensorflow_cc.so.2',
    '-l:libtensorflow_framework.so.2',
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    '-s',
  ],
  darwin: [
    '-ltensorflow_cc.2',
    '-ltensorflow_framework.2',
    '-Wl,-rpath,@loader_path/../../deps/lib',
    '-Wl,-undefined,dynamic_lookup',
  ],
};

/** What is compiled, with what. */
export interface BindingCompilation {
  /** Whose sources are compiled. */
  readonly tfjsNode: TfjsNodePackage;
  /** Of the native build: its `deps` has library and headers. */
  readonly folder: string;
  /** A compiler of C++17 with its first arguments. */
  readonly compiler: readonly string[];
  /** What it makes addons for; `process.platform` by default. */
  readonly platform?: string;
  /** What is linked besides. */
  readonly linking?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Compiles tfjs-node's binding, and what loads its library quietly, into `folder/lib/napi-v8`; `lib` appears when it is whole.
 * Throws `TENSORFLOW_BUILD_FAILED` with what the compiler said last.
 */
export async function compileBinding({
  tfjsNode,
  folder,
  compiler,
  platform = process.platform,
  linking = [],
  signal,
}: BindingCompilation): Promise<void> {
  const partial = join(folder, 'lib.partial');
  const target = join(partial, `napi-v${NAPI_VERSION}`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const common = ['-O2', '-shared', '-fPIC', '-fvisibility=hidden', `-DNAPI_VERSION=${NAPI_VERSION}`];
  const api = ['-isystem', join(nodeApiHeaders(), 'include')];
  const compile = async (
    file: string,
    compiling: readonly string[],
    link: readonly string[],
  ): Promise<void> => {
    const addon = { folder, file: join(target, file), compiler, compiling, linking: link };
    const output = await compileAddon(addon, signal);
    if (output !== undefined) throw errors.BUILD_FAILED({ compiler: compiler.join(' '), output });
  };
  const sources = SOURCES.map((name) => join(tfjsNode.root, 'binding', name));
  // What the library's headers warn of is not ours to mend.
  const included = ['-isystem', join(folder, 'deps/include'), ...api, '-w'];
  await compile(
    BINDING,
    ['-std=c++17', ...common, ...included, ...sources],
    [...(LINKING[platform] ?? []), ...linking],
  );
  if (platform !== 'win32') {
    const dynamic = platform === 'darwin' ? ['-Wl,-undefined,dynamic_lookup'] : ['-ldl', '-s'];
    await compile(
      QUIET_LOADER.file,
      ['-x', 'c', ...common, ...api, QUIET_LOADER.source, '-x', 'none'],
      dynamic,
    );
  }
  await rename(partial, join(folder, 'lib'));
}

/** The folder of the npm package with Node-API's headers. */
export function nodeApiHeaders(): string {
  return dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json'));
}
