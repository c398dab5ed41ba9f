import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, runProgram } from './run-program.js';

/** What becomes an addon of a native build. */
export interface AddonSources {
  /** Of the native build, whose library is linked. */
  readonly folder: string;
  /** The addon; it appears when it is whole. */
  readonly file: string;
  /** A compiler of C and C++ with its first arguments. */
  readonly compiler: readonly string[];
  /** What the compiler is told before the library: options and sources. */
  readonly compiling: readonly string[];
  /** What it is told after the library. */
  readonly linking: readonly string[];
}

/**
 * Compiles an addon against the library in the folder of a native build. Returns what hindered it, where it did not manage, else
 * nothing.
 * Throws the signal's reason when aborted.
 */
export async function compileAddon(
  { folder, file, compiler, compiling, linking }: AddonSources,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const work = await mkdtemp(join(folder, 'addon-')).catch((reason: Error) => reason);
  if (work instanceof Error) return work.message;
  const addon = join(work, 'addon.node');
  try {
    const [command, ...first] = compiler;
    const args = [...first, ...compiling, '-o', addon, '-L', join(folder, 'deps/lib'), ...linking];
    const { code, output } = await runProgram(command, args, { signal });
    if (code !== 0) return lastLines(output) || `'${compiler.join(' ')}' ended with exit code ${code}`;
    await rename(addon, file);
    return undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
