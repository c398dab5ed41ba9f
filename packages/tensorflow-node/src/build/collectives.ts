import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errors } from '../errors.js';
import { requireTfjsNode } from '../find/find-tfjs-node.js';
import { bindingFile, findNativeBuild } from '../find/native-folder.js';
import { findCompiler } from './build-tools.js';
import { compileAddon } from './compile-addon.js';

/** The sources of the op `EvenkeelAllReduce`, in the published package too. */
const FOLDER = fileURLToPath(new URL('../../src/collectives', import.meta.url));
const SOURCES = ['evenkeel_collectives.c', 'shared_memory.c'].map((file) => join(FOLDER, file));
const HEADERS = [join(FOLDER, 'shared_memory.h')];

const COMPILING = ['-O3', '-shared', '-fPIC', '-pthread'];
const LINKING = [
  '-l:libtensorflow_cc.so.2',
  '-l:libtensorflow_framework.so.2',
  '-Wl,-rpath,$ORIGIN/../../deps/lib',
  '-Wl,-z,now',
  // For good: TensorFlow cannot forget an op, nor a server its code.
  '-Wl,-z,nodelete',
];

/** A place among processes that reduce together. */
interface CollectivePlace {
  /** Number of processes, 2 or more. */
  readonly size: number;
  /** Seconds after which a reduction that another process does not join fails; 0: never. */
  readonly timeoutSeconds: number;
}

/** A place among processes that reach each other over a network. */
export interface CollectiveServer extends CollectivePlace {
  /** TensorFlow's `ServerDef` of this process, encoded. */
  readonly serverDef: Uint8Array;
  /** TensorFlow's `ConfigProto` of the sessions, encoded. */
  readonly config: Uint8Array;
}

/** A place among processes of one machine. */
export interface CollectiveMemory extends CollectivePlace {
  /** What all of them map: 4096 bytes, and then room for two chunks of floats of every process. */
  readonly file: string;
  /** Of this process, from 0; below 64. */
  readonly rank: number;
}

interface Addon {
  startServer(serverDef: Uint8Array, config: Uint8Array, size: number, timeoutSeconds: number): void;
  shareMemory(file: string, rank: number, size: number, timeoutSeconds: number): void;
}

/** Whether reductions over processes can be compiled for a platform, such as `linux`. */
export function collectivesAreFor(platform: string): boolean {
  return platform === 'linux';
}

/** The addon in the folder of a native build, whether it is there or not; named by the digest of its sources and flags. */
export function collectivesFile(folder: string): string {
  const hash = createHash('sha256').update([...COMPILING, ...LINKING].join(' '));
  for (const file of [...SOURCES, ...HEADERS]) hash.update(readFileSync(file));
  const digest = hash.digest('hex').slice(0, 12);
  return join(dirname(bindingFile(folder)), `evenkeel-collectives-${digest}.node`);
}

/**
 * Compiles the op for reductions over processes against the library in the folder of a native build, in about a second. The
 * file appears when it is whole. Returns what the compiler said where it does not manage, else nothing.
 * Throws the signal's reason when aborted.
 */
export async function buildCollectives(
  folder: string,
  compiler: readonly string[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const missing = SOURCES.find((source) => !existsSync(source));
  if (missing !== undefined) return `there is no '${missing}'`;
  const compiling = [...COMPILING, ...SOURCES.flatMap((source) => ['-x', 'c', source])];
  const file = collectivesFile(folder);
  return compileAddon({ folder, file, compiler, compiling, linking: LINKING }, signal);
}

/**
 * Starts TensorFlow's server in this process and registers the op `EvenkeelAllReduce` that reduces on it; once for a process,
 * after {@link useNative}. Compiles the op where setup has not. The server listens on every interface, without authentication.
 * Throws `TENSORFLOW_NATIVE_NOT_SET_UP`, `TENSORFLOW_COLLECTIVES_UNUSABLE`.
 */
export function startCollectives(server: CollectiveServer): Promise<void> {
  const { serverDef, config, size, timeoutSeconds } = server;
  return withAddon((addon) => addon.startServer(serverDef, config, size, timeoutSeconds));
}

/**
 * The same for processes of one machine, which reduce in memory that they share: nothing listens. Files in `/dev/shm` are memory; all
 * processes have opened theirs before the first of them reduces.
 * Throws `TENSORFLOW_NATIVE_NOT_SET_UP`, `TENSORFLOW_COLLECTIVES_UNUSABLE`.
 */
export function shareCollectives(memory: CollectiveMemory): Promise<void> {
  const { file, rank, size, timeoutSeconds } = memory;
  return withAddon((addon) => addon.shareMemory(file, rank, size, timeoutSeconds));
}

async function withAddon(work: (addon: Addon) => void): Promise<void> {
  const build = findNativeBuild('native', requireTfjsNode('native').version);
  if (build === undefined) throw errors.NATIVE_NOT_SET_UP({ backend: 'native', folder: FOLDER });
  const { folder } = build;
  const addon = collectivesFile(folder);
  if (!existsSync(addon)) {
    const compiler = await findCompiler();
    const reason =
      compiler === undefined ? 'no C compiler was found' : await buildCollectives(folder, compiler);
    if (reason !== undefined) throw errors.COLLECTIVES_UNUSABLE({ folder, reason });
  }
  try {
    work(createRequire(addon)(addon) as Addon);
  } catch (cause) {
    throw errors.COLLECTIVES_UNUSABLE({ folder, reason: (cause as Error).message }, { cause });
  }
}
