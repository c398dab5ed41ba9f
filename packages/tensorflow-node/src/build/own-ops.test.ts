import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findCompiler } from './build-tools.js';
import { nativeStatus } from '../find/native-status.js';
import { buildOwnOps, loadOwnOps, ownOpsFile, ownOpsFit } from './own-ops.js';
import { runProgram } from './run-program.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(process.platform !== 'linux')('our own ops', () => {
  const folderOfABuild = (): string => {
    const folder = temporaryFolder();
    mkdirSync(dirname(ownOpsFile(folder)), { recursive: true });
    return folder;
  };

  it('are not there where the compiler fails, and nothing is left behind', async () => {
    const folder = folderOfABuild();
    expect(await buildOwnOps(folder, ['false'])).toContain('exit code 1');
    expect(await buildOwnOps(folder, [join(folder, 'no-compiler')])).toBeDefined();
    expect(readdirSync(folder)).toEqual(['lib']);
    expect(readdirSync(dirname(ownOpsFile(folder)))).toEqual([]);
    expect(loadOwnOps(folder)).toBe(false);
  });

  it('are left out where they do not load', () => {
    const folder = folderOfABuild();
    writeFileSync(ownOpsFile(folder), 'no library');
    expect(loadOwnOps(folder)).toBe(false);
  });

  it('are not there where nothing can be written', async () => {
    expect(await buildOwnOps(join(temporaryFolder(), 'no-folder'), ['true'])).toContain('ENOENT');
  });

  it('have a name that holds the digest of their sources', () => {
    expect(ownOpsFile('/build')).toMatch(/^\/build\/lib\/napi-v\d+\/evenkeel-ops-[0-9a-f]{12}\.node$/);
  });
});

const { folder: native } = await nativeStatus();
const compiler = await findCompiler();
const compiles = native !== undefined && compiler !== undefined && ownOpsFit();

describe.skipIf(!compiles)(
  `our own ops${compiles ? '' : ', which cannot be compiled here,'} in workers`,
  () => {
    // TensorFlow ends the process where an op is registered again.
    const SCRIPT = `
    const { Worker } = require('worker_threads');
    const load = () => console.log('usable', require(require('worker_threads').workerData).usable);
    const worker = () => new Worker('(' + load + ')()', { eval: true, workerData: process.argv[1] });
    worker().once('exit', () => worker());`;

    it('outlive the worker that loaded them', async () => {
      const folder = temporaryFolder();
      mkdirSync(dirname(ownOpsFile(folder)), { recursive: true });
      symlinkSync(join(native!, 'deps'), join(folder, 'deps'));
      expect(await buildOwnOps(folder, compiler!)).toBeUndefined();
      const { code, output } = await runProgram(process.execPath, ['-e', SCRIPT, ownOpsFile(folder)]);
      expect(output.match(/usable true/g)).toHaveLength(2);
      expect(code).toBe(0);
    }, 240_000); // compiling takes ten seconds of a processor
  },
);
