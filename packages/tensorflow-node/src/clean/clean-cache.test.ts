import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownOpsFile } from '../build/own-ops.js';
import { nativeCacheFolder } from '../find/cache-folder.js';
import { bindingFile, nativeFolder, writeBuildRecord } from '../find/native-folder.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { cleanCache } from './clean-cache.js';

beforeEach(() => vi.stubEnv('EVENKEEL_CACHE', temporaryFolder()));
afterEach(() => vi.unstubAllEnvs());

async function build(tensorflowVersion: string, tfjsNodeVersion = '4.22.0'): Promise<string> {
  const key = { variant: 'native', tfjsNodeVersion, tensorflowVersion } as const;
  const folder = nativeFolder(key);
  mkdirSync(dirname(bindingFile(folder)), { recursive: true });
  writeFileSync(bindingFile(folder), 'binding');
  await writeBuildRecord(folder, { ...key, wheelSha256: 'ab', bytes: 7 });
  return folder;
}

describe('cleanCache', () => {
  it('finds nothing where there is no cache, and makes none', async () => {
    expect(await cleanCache()).toEqual({ removed: [], kept: [] });
    expect(existsSync(nativeCacheFolder())).toBe(false);
  });

  it('removes what is unfinished, damaged, superseded or of another version, and keeps what is used', async () => {
    const [old, used, other] = [await build('2.9.1'), await build('2.21.0'), await build('2.9.1', '4.21.0')];
    const damaged = await build('2.30.0');
    writeFileSync(bindingFile(damaged), 'cut');
    const partial = `${await build('2.31.0')}.partial`;
    mkdirSync(join(partial, 'wheel'), { recursive: true });
    writeFileSync(join(partial, 'wheel/a.whl.part'), '12345');
    const addons = ['evenkeel-ops-000000000000.node', basename(ownOpsFile(used))];
    const newest = await build('2.31.0');
    for (const name of addons) writeFileSync(join(dirname(bindingFile(newest)), name), '123');

    const { removed: told } = await cleanCache({ dryRun: true });
    expect(existsSync(partial)).toBe(true);
    const { removed, kept } = await cleanCache();
    expect(removed).toEqual(told);
    expect(kept).toEqual([]);
    expect(removed.map(({ path, why }) => [path, why.split(',')[0].split(':')[0]]).sort()).toEqual(
      [
        [partial, 'a set-up that was not finished'],
        [damaged, 'damaged'],
        [used, 'TensorFlow 2.21.0'],
        [old, 'TensorFlow 2.9.1'],
        [join(dirname(bindingFile(newest)), addons[0]), 'operations of another version of this package'],
      ].sort(),
    );
    expect(removed.find(({ path }) => path === partial)?.bytes).toBe(5);
    expect([newest, other, join(dirname(bindingFile(newest)), addons[1])].every(existsSync)).toBe(true);
    expect(removed.some(({ path }) => existsSync(path))).toBe(false);
  });

  it('removes every build with all, and nothing else', async () => {
    const folder = await build('2.21.0');
    const strange = join(nativeCacheFolder(), 'something-else');
    mkdirSync(strange);
    expect((await cleanCache({ all: true })).removed.map(({ path }) => path)).toEqual([folder]);
    expect(existsSync(strange)).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)('tells what it may not remove', async () => {
    const [old] = [await build('2.9.1'), await build('2.21.0')];
    chmodSync(nativeCacheFolder(), 0o555);
    const { removed, kept } = await cleanCache();
    chmodSync(nativeCacheFolder(), 0o755);
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([{ path: old, reason: expect.stringContaining('EACCES') as string }]);
  });
});
