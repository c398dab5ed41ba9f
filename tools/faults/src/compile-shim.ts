import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../shim/faulty.c', import.meta.url));

/** Compiles what is loaded in front of libc; undefined where there is no Linux or no C compiler. */
export function compileShim(folder: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(folder, 'faulty.so');
  const args = ['-O1', '-shared', '-fPIC', '-o', library, SOURCE, '-ldl'];
  return spawnSync(process.env.CC ?? 'cc', args).status === 0 ? library : undefined;
}
