import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cutLibrary } from '../find/build-files.js';
import { bindingFile } from '../find/native-folder.js';
import { compileAddon } from './compile-addon.js';

/** The sources of our own TensorFlow ops, in the published package too. */
const SOURCES = fileURLToPath(new URL('../../src/native', import.meta.url));

const PROCESSOR = '/proc/cpuinfo';

/** From the sources to an addon. */
// Sums and products are rounded one by one, where no source asks for more: so does TensorFlow.
const COMPILING = ['-O3', '-ffp-contract=off', '-fvisibility=hidden', '-shared', '-fPIC', '-pthread'];
const LINKING = [
  '-l:libtensorflow_framework.so.2',
  '-Wl,-rpath,$ORIGIN/../../deps/lib',
  // At once, so that a symbol which a library lacks is an error of loading and not the end of the process.
  '-Wl,-z,now',
  // For good: Node unloads the addons of a worker that ends, but TensorFlow cannot forget an op, nor threads their code.
  '-Wl,-z,nodelete',
];

/** Whether our own ops are for this machine: Linux on x64, a processor with AVX2 or more. False too in a bundle without sources. */
export function ownOpsFit(): boolean {
  if (!ownOpsAreFor(`${process.platform}-${process.arch}`)) return false;
  return existsSync(SOURCES) && existsSync(PROCESSOR) && /\bavx2\b/.test(readFileSync(PROCESSOR, 'utf8'));
}

/** Whether our own ops can be compiled for a machine, such as `linux-x64`. */
export function ownOpsAreFor(machine: string): boolean {
  return machine === 'linux-x64';
}

/**
 * The addon with our own ops in the folder of a native build, whether it is there or not. It is named by the digest of its
 * sources and flags, so that a new version is compiled again.
 */
export function ownOpsFile(folder: string): string {
  const hash = createHash('sha256').update([...COMPILING, ...LINKING].join(' '));
  for (const name of readdirSync(SOURCES).sort()) hash.update(readFileSync(join(SOURCES, name)));
  return join(dirname(bindingFile(folder)), `evenkeel-ops-${hash.digest('hex').slice(0, 12)}.node`);
}

/**
 * Compiles our own ops against the library in the folder of a native build: one call of the compiler, ten seconds. The
 * file appears when it is whole. Returns what hindered it, where it did not manage, else nothing; native works without them.
 * Throws the signal's reason when aborted.
 */
export async function buildOwnOps(
  folder: string,
  compiler: readonly string[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  // As C, said for each of them: a compiler of C++ forgets it after one.
  const programs = readdirSync(SOURCES)
    .filter((name) => name.endsWith('.c'))
    .flatMap((name) => ['-x', 'c', join(SOURCES, name)]);
  const compile = (options: readonly string[]): Promise<string | undefined> => {
    const compiling = [...COMPILING, ...options, ...programs, '-x', 'none'];
    return compileAddon({ folder, file: ownOpsFile(folder), compiler, compiling, linking: LINKING }, signal);
  };
  // Some assemblers are older than their compiler and have not heard of AMX.
  return (await compile([])) && compile(['-DWITHOUT_TILES']);
}

/**
 * Registers our own ops with the TensorFlow of a native build. False where they are not compiled, are cut short, do not load, or the
 * environment variable `EVENKEEL_NATIVE_OPS` is 0.
 */
export function loadOwnOps(folder: string): boolean {
  if (process.env.EVENKEEL_NATIVE_OPS === '0' || !ownOpsFit()) return false;
  const addon = ownOpsFile(folder);
  if (!existsSync(addon) || cutLibrary(addon) !== undefined) return false;
  try {
    return (createRequire(addon)(addon) as { readonly usable: boolean }).usable;
  } catch {
    return false;
  }
}
