import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  bindingFile,
  findDamagedBuild,
  findNativeBuild,
  nativeFolder,
  writeBuildRecord,
} from './native-folder.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

afterEach(() => vi.unstubAllEnvs());

async function build(tensorflowVersion: string, finished: boolean): Promise<string> {
  const key = { variant: 'native', tfjsNodeVersion: '4.22.0', tensorflowVersion } as const;
  const folder = nativeFolder(key);
  mkdirSync(dirname(bindingFile(folder)), { recursive: true });
  writeFileSync(bindingFile(folder), 'binding');
  if (finished) await writeBuildRecord(folder, { ...key, wheelSha256: 'ab', bytes: 1 });
  return folder;
}

describe('the folder of a native build', () => {
  it('is named after all that the build depends on', () => {
    vi.stubEnv('EVENKEEL_CACHE', '/cache');
    const folder = nativeFolder({
      variant: 'native-gpu',
      tfjsNodeVersion: '4.22.0',
      tensorflowVersion: '2.21.0',
    });
    const platform = `${process.platform}-${process.arch}-napi-v8`;
    expect(folder).toBe(join('/cache/native', `tfjs-node-gpu-4.22.0-tensorflow-2.21.0-${platform}`));
    expect(bindingFile(folder)).toBe(join(folder, 'lib/napi-v8/tfjs_binding.node'));
  });

  it('is found again: the newest that is finished, by number, of this variant and version', async () => {
    vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
    expect(findNativeBuild('native', '4.22.0')).toBeUndefined();
    await build('2.9.1', true);
    const newest = await build('2.21.0', true);
    await build('2.30.0', false);
    expect(findNativeBuild('native', '4.22.0')?.folder).toBe(newest);
    expect(findNativeBuild('native-gpu', '4.22.0')).toBeUndefined();
    expect(findNativeBuild('native', '4.21.0')).toBeUndefined();
  });

  it('is recorded with its files, whole or not at all', async () => {
    vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
    const folder = await build('2.21.0', true);
    expect(readdirSync(folder)).toEqual(['build.json', 'lib']);
    expect(findNativeBuild('native', '4.22.0')?.record.files).toMatchObject([{ bytes: 7 }]);
    expect(findDamagedBuild('native', '4.22.0')).toBeUndefined();
  });

  const record = (folder: string) => join(folder, 'build.json');
  it.each([
    ['an empty record', (folder: string) => writeFileSync(record(folder), ''), /'build.json' is not what/],
    [
      'a record of something else',
      (folder: string) => writeFileSync(record(folder), '{"variant":1}'),
      /is not what/,
    ],
    ['a cut binding', (folder: string) => writeFileSync(bindingFile(folder), 'bin'), /has 3 of 7 bytes/],
    [
      'another binding',
      (folder: string) => writeFileSync(bindingFile(folder), 'BINDING'),
      /has other content/,
    ],
    [
      'a cut binding, in a build of an earlier version',
      (folder: string) => {
        const { files, ...old } = JSON.parse(readFileSync(record(folder), 'utf8')) as { files: unknown };
        expect(files).toHaveLength(1);
        writeFileSync(record(folder), JSON.stringify(old));
      },
      /tfjs_binding\.node': it is no library/,
    ],
  ])('is not used with %s; an older sound one is', async (_what, damage, problem) => {
    vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
    const folder = await build('2.21.0', true);
    damage(folder);
    expect(findNativeBuild('native', '4.22.0')).toBeUndefined();
    expect(findDamagedBuild('native', '4.22.0')).toMatchObject({
      folder,
      problem: expect.stringMatching(problem) as string,
    });
    const older = await build('2.9.1', true);
    expect(findNativeBuild('native', '4.22.0')?.folder).toBe(older);
    expect(findDamagedBuild('native', '4.22.0')).toBeUndefined();
  });
});
