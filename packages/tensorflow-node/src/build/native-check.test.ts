import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { findCompiler } from './build-tools.js';
import { ownOpsFit } from './own-ops.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

const source = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const compiler = await findCompiler();
const fits = compiler !== undefined && ownOpsFit();
const run = promisify(execFile);

/** With `EVENKEEL_SANITIZE` every access to memory is checked, which takes a minute to compile. */
const SANITIZING = process.env.EVENKEEL_SANITIZE ? ['-g', '-O1', '-fsanitize=address,undefined'] : ['-O2'];

it.skipIf(!fits)(
  `kernels of every level of instructions are plain loops in double${fits ? '' : ', which cannot be compiled here'}`,
  async () => {
    const program = join(temporaryFolder(), 'check');
    const files = [
      'native-check/check.c',
      'native-check/software_tiles.c',
      'native/kernels_avx2.c',
      'native/kernels_avx512.c',
      'native/kernels_avx512_bf16.c',
      'native/kernels_amx.c',
      'native/workers.c',
    ];
    const sources = files.flatMap((name) => ['-x', 'c', source(name)]);
    const [command, ...first] = compiler!;
    await run(command, [
      ...first,
      ...SANITIZING,
      '-ffp-contract=off',
      '-pthread',
      ...sources,
      '-x',
      'none',
      '-lm',
      '-o',
      program,
    ]);
    const { stdout } = await run(program, [], { env: { ...process.env, TF_NUM_INTRAOP_THREADS: '3' } }).catch(
      (error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }),
    );
    expect(stdout).toMatch(/^\d{4,} checks, 0 failures\n$/);
  },
  300_000,
);
