import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findCompiler } from './build-tools.js';
import { buildCollectives, collectivesFile, startCollectives } from './collectives.js';
import { nativeStatus } from '../find/native-status.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

afterEach(() => vi.unstubAllEnvs());

const folderOfABuild = (): string => {
  const folder = temporaryFolder();
  mkdirSync(dirname(collectivesFile(folder)), { recursive: true });
  return folder;
};

describe('the op for reductions over processes', () => {
  it('has a name that holds the digest of its source', () => {
    expect(collectivesFile('/build')).toMatch(
      /^\/build\/lib\/napi-v\d+\/evenkeel-collectives-[0-9a-f]{12}\.node$/,
    );
  });

  it('says what the compiler said where it fails, and leaves nothing behind', async () => {
    const folder = folderOfABuild();
    expect(await buildCollectives(folder, ['false'])).toContain('exit code 1');
    expect(await buildCollectives(join(folder, 'nowhere'), ['true'])).toContain('ENOENT');
    expect(readdirSync(folder)).toEqual(['lib']);
  });

  it('asks for native where it is not set up', async () => {
    vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
    const server = { serverDef: new Uint8Array(), config: new Uint8Array(), size: 2, timeoutSeconds: 1 };
    await expect(startCollectives(server)).rejects.toThrow(/TENSORFLOW_(NATIVE_NOT_SET_UP|PACKAGE_MISSING)/);
  });
});

const { folder: native } = await nativeStatus();
const compiler = await findCompiler();
const compiles = native !== undefined && compiler !== undefined;

it.skipIf(!compiles)(`compiles${compiles ? '' : ' (skipped: no native build or no compiler)'}`, async () => {
  const folder = folderOfABuild();
  symlinkSync(join(native!, 'deps'), join(folder, 'deps'));
  expect(await buildCollectives(folder, compiler!)).toBeUndefined();
  expect(existsSync(collectivesFile(folder))).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['deps', 'lib']);
});
