import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeIndex } from '../fetch/fake-index.fixture.js';
import { prepareLibrary, type PrepareOptions } from './prepare-library.js';
import type { SetupProgress } from '../build/setup-progress.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import type { TensorflowWheel } from './tensorflow-wheel.js';
import { WHEEL_MEMBERS, zipOf } from './zip.fixture.js';

const archive = zipOf(WHEEL_MEMBERS);
const sha256 = createHash('sha256').update(archive).digest('hex');
const wheelOf = (digest?: string): TensorflowWheel => ({
  distribution: 'tensorflow-cpu',
  version: '0.0.1',
  platformTag: /^any$/,
  sha256: digest,
  bytes: archive.length,
});

const NAME = 'tensorflow_cpu-0.0.1-cp311-cp311-any.whl';

async function setUp(bytes = archive) {
  const root = temporaryFolder();
  const wheel = join(root, 'made.whl');
  writeFileSync(wheel, bytes);
  const seen: SetupProgress[] = [];
  const onProgress = (progress: SetupProgress): void => void seen.push(progress);
  const folder = join(root, 'build');
  const { url: index, requests, faults } = await fakeIndex('tensorflow-cpu', { [NAME]: bytes });
  const prepare = (digest: string | undefined, more: Partial<PrepareOptions> = {}): Promise<string> =>
    prepareLibrary(wheelOf(digest), folder, { index, headers: true, platform: 'linux', onProgress, ...more });
  return { root, wheel, folder, seen, requests, faults, prepare };
}

describe('prepareLibrary', () => {
  it('downloads, verifies, unpacks and lays out what binding.gyp expects', async () => {
    const { folder, seen, prepare } = await setUp();
    expect(await prepare(sha256)).toBe(sha256);
    const lib = join(folder, 'deps/lib');
    expect(readlinkSync(join(lib, 'libtensorflow.so'))).toBe('libtensorflow_cc.so.2');
    expect(readFileSync(join(lib, 'libtensorflow_framework.so'), 'utf8')).toBe('framework');
    expect(readdirSync(join(folder, 'deps/include'))).toEqual(['tensorflow']);
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(['download', 'verify', 'unpack']);
  });

  it('does not repeat what is finished', async () => {
    const { folder, seen, prepare } = await setUp();
    await prepare(sha256);
    seen.length = 0;
    expect(await prepare(sha256)).toBe(sha256);
    expect(seen).toEqual([]);
    expect(existsSync(join(folder, 'wheel'))).toBe(true);
  });

  it('drops a download whose checksum is wrong, and says both', async () => {
    const { folder, prepare } = await setUp();
    await expect(prepare('0'.repeat(64))).rejects.toThrow(
      new RegExp(`TENSORFLOW_WHEEL_CHECKSUM.*${'0'.repeat(64)}.*${sha256}`),
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('uses a wheel at hand and leaves it where it is', async () => {
    const { wheel, folder, prepare } = await setUp();
    await expect(prepare('0'.repeat(64), { wheel })).rejects.toThrow('TENSORFLOW_WHEEL_CHECKSUM');
    expect(await prepare(sha256, { wheel })).toBe(sha256);
    expect(existsSync(wheel)).toBe(true);
    expect(readdirSync(folder)).toEqual(['deps']);
  });

  it('wants a digest or a permission for a wheel that it does not know', async () => {
    const { wheel, prepare } = await setUp();
    await expect(prepare(undefined, { wheel })).rejects.toThrow(
      new RegExp(`TENSORFLOW_WHEEL_UNVERIFIED.*${sha256}`),
    );
    expect(await prepare(undefined, { wheel, sha256: sha256.toUpperCase() })).toBe(sha256);
    expect(await (await setUp()).prepare(undefined, { allowUnverified: true })).toBe(sha256);
  });

  it.each([
    ['is no zip file', Buffer.from('not a zip'), /TENSORFLOW_WHEEL_UNREADABLE/],
    ['lacks the library', zipOf(WHEEL_MEMBERS.slice(1)), /holds no 'lib\/libtensorflow_cc.so.2'/],
  ])('refuses a file that %s', async (_what, bytes, message) => {
    const { wheel, folder, prepare } = await setUp();
    writeFileSync(wheel, bytes);
    await expect(prepare(undefined, { wheel, allowUnverified: true })).rejects.toThrow(message);
    expect(existsSync(join(folder, 'deps'))).toBe(false);
  });

  it('takes the library alone where no compiler wants the headers, and the headers where one does later', async () => {
    const { folder, requests, prepare } = await setUp();
    await prepare(sha256, { headers: false });
    expect(existsSync(join(folder, 'deps/include'))).toBe(false);
    const before = requests.length;
    await prepare(sha256);
    expect(existsSync(join(folder, 'deps/include'))).toBe(true);
    expect(requests).toHaveLength(before); // from the wheel that was kept
  });

  it('says why a download failed, and resumes it the next time', async () => {
    const { folder, faults, requests, prepare } = await setUp();
    faults.status = 502;
    await expect(prepare(sha256)).rejects.toThrow(/TENSORFLOW_DOWNLOAD_FAILED.*answered 502/);
    faults.status = undefined;
    mkdirSync(join(folder, 'wheel'), { recursive: true });
    writeFileSync(join(folder, 'wheel', `${NAME}.part`), archive.subarray(0, 10));
    expect(await prepare(sha256)).toBe(sha256);
    expect(requests.at(-1)).toBe(`/files/${NAME} bytes=10-`);
  });
});
