import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareLibrary } from './prepare-library.js';
import type { SetupNativeOptions } from '../build/setup-options.js';
import type { SetupProgress } from '../build/setup-progress.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import type { TensorflowWheel } from './tensorflow-wheel.js';
import { WHEEL_MEMBERS, zipOf } from './zip.fixture.js';

const archive = zipOf(WHEEL_MEMBERS);
const sha256 = createHash('sha256').update(archive).digest('hex');
const wheelOf = (digest?: string): TensorflowWheel => ({
  distribution: 'tensorflow-cpu',
  version: '0.0.1',
  platformTags: ['any'],
  sha256: digest,
  bytes: archive.length,
});

/** A pip that copies the made wheel, or fails. */
function fakePython(folder: string, body: string): string {
  const file = join(folder, 'python');
  writeFileSync(file, `#!${process.execPath}\n${body}`);
  chmodSync(file, 0o755);
  return file;
}

const COPY = `
const target = process.argv[process.argv.indexOf('--dest') + 1];
require('fs').copyFileSync(__dirname + '/made.whl', target + '/tensorflow_cpu-0.0.1.whl');`;

function setUp(options: SetupNativeOptions & { readonly pip?: string } = {}) {
  const root = temporaryFolder();
  const wheel = join(root, 'made.whl');
  writeFileSync(wheel, archive);
  const python = fakePython(root, options.pip ?? COPY);
  const seen: SetupProgress[] = [];
  const onProgress = (progress: SetupProgress): void => void seen.push(progress);
  const folder = join(root, 'build');
  const prepare = (digest: string | undefined, more: SetupNativeOptions = {}): Promise<string> =>
    prepareLibrary(wheelOf(digest), folder, { ...options, ...more, python, onProgress });
  return { root, wheel, folder, seen, prepare };
}

describe('prepareLibrary', () => {
  it('downloads, verifies, unpacks and lays out what binding.gyp expects', async () => {
    const { folder, seen, prepare } = setUp();
    expect(await prepare(sha256)).toBe(sha256);
    const lib = join(folder, 'deps/lib');
    expect(readlinkSync(join(lib, 'libtensorflow.so'))).toBe('libtensorflow_cc.so.2');
    expect(readFileSync(join(lib, 'libtensorflow_framework.so'), 'utf8')).toBe('framework');
    expect(readdirSync(join(folder, 'deps/include'))).toEqual(['tensorflow']);
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(['download', 'verify', 'unpack']);
  });

  it('does not repeat what is finished', async () => {
    const { folder, seen, prepare } = setUp();
    await prepare(sha256);
    seen.length = 0;
    expect(await prepare(sha256)).toBe(sha256);
    expect(seen).toEqual([]);
    expect(existsSync(join(folder, 'wheel'))).toBe(true);
  });

  it('drops a download whose checksum is wrong, and says both', async () => {
    const { folder, prepare } = setUp();
    await expect(prepare('0'.repeat(64))).rejects.toThrow(
      new RegExp(`TENSORFLOW_WHEEL_CHECKSUM.*${'0'.repeat(64)}.*${sha256}`),
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('uses a wheel at hand and leaves it where it is', async () => {
    const { wheel, folder, prepare } = setUp();
    await expect(prepare('0'.repeat(64), { wheel })).rejects.toThrow('TENSORFLOW_WHEEL_CHECKSUM');
    expect(await prepare(sha256, { wheel })).toBe(sha256);
    expect(existsSync(wheel)).toBe(true);
    expect(readdirSync(folder)).toEqual(['deps']);
  });

  it('wants a digest or a permission for a wheel that it does not know', async () => {
    const { wheel, prepare } = setUp();
    await expect(prepare(undefined, { wheel })).rejects.toThrow(
      new RegExp(`TENSORFLOW_WHEEL_UNVERIFIED.*${sha256}`),
    );
    expect(await prepare(undefined, { wheel, sha256: sha256.toUpperCase() })).toBe(sha256);
    expect(await setUp().prepare(undefined, { allowUnverified: true })).toBe(sha256);
  });

  it.each([
    ['is no zip file', Buffer.from('not a zip'), /TENSORFLOW_WHEEL_UNREADABLE/],
    ['lacks the library', zipOf(WHEEL_MEMBERS.slice(1)), /holds no 'lib\/libtensorflow_cc.so.2'/],
  ])('refuses a file that %s', async (_what, bytes, message) => {
    const { wheel, folder, prepare } = setUp();
    writeFileSync(wheel, bytes);
    await expect(prepare(undefined, { wheel, allowUnverified: true })).rejects.toThrow(message);
    expect(existsSync(join(folder, 'deps'))).toBe(false);
  });

  it('says what pip said when it fails, and leaves nothing half done', async () => {
    const { folder, prepare } = setUp({ pip: "console.error('ERROR: no network'); process.exitCode = 1" });
    await expect(prepare(sha256)).rejects.toThrow(/TENSORFLOW_DOWNLOAD_FAILED.*ERROR: no network/s);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('stops in the middle of a download when aborted', async () => {
    const { folder, prepare } = setUp({ pip: 'setTimeout(() => {}, 60000)' });
    await expect(prepare(sha256, { signal: AbortSignal.timeout(300) })).rejects.toThrow(/timeout/i);
    expect(readdirSync(folder)).toEqual([]);
  });
});
