import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evenkeelCommand } from '../evenkeel-command.js';

const { runCommand } = await import('@evenkeel/tensorflow-node/cli');

let folder: string;
let shards: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-prepare-'));
  shards = join(folder, 'shards');
  for (const [at, name] of ['ash', 'beech'].entries()) {
    await mkdir(join(folder, 'train', name), { recursive: true });
    for (const i of [0, 1, 2]) {
      const size = { width: 40 + i, height: 30, channels: 3 } as const;
      await sharp({ create: { ...size, background: { r: 90 * at, g: 40 * i, b: 9 } } })
        .jpeg()
        .toFile(join(folder, 'train', name, `${i}.jpg`));
    }
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

/** Runs `evenkeel prepare`; `onError` hears what goes to standard error. */
async function prepare(words: readonly string[], onError: (text: string) => void = () => undefined) {
  let [stdout, stderr] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(console, 'log').mockImplementation((line) => void (stdout += `${line}\n`));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    onError(String(text));
    return true;
  });
  const args = ['prepare', ...words];
  await runCommand(await evenkeelCommand(args), args);
  vi.restoreAllMocks();
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return { code, stdout, stderr };
}

describe('evenkeel prepare', () => {
  it('makes shards, and finds them made when it is called again', async () => {
    const args = [join(folder, 'train'), shards, '--per-shard', '4'];
    const first = await prepare(args);
    expect(first).toEqual({
      code: 0,
      stdout: `6 images in 2 shards (0 were there): ${join(shards, 'train-*.tar')}\n`,
      stderr: 'Preparing train\n',
    });
    const again = await prepare([...args, '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ images: 6, shards: 2, resumed: 2, done: true, bad: [] });
    const other = await prepare([...args, '--side', '20']);
    expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/^\[IMAGES_TARGET_IN_USE\]/)]);
  });

  it('stops at Ctrl-C with what is whole, and resumes', async () => {
    const listeners = process.listenerCount('SIGINT');
    const args = [join(folder, 'train'), shards, '--per-shard', '4'];
    const stopped = await prepare(args, (text) => text.startsWith('Preparing') && process.emit('SIGINT'));
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toContain('Interrupted; the same command resumes.');
    expect((await readdir(shards)).filter((file) => file.endsWith('.tar'))).toEqual([]);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
    expect((await prepare(args)).stdout).toMatch(/^6 images in 2 shards \(0 were there\)/);
  });

  it('names a bad image, or leaves it out', async () => {
    await writeFile(join(folder, 'train', 'ash', 'no image.jpg'), 'text');
    const args = [join(folder, 'train'), shards];
    const { code, stderr } = await prepare(args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/\[IMAGES_BAD_IMAGE\].*no image\.jpg/)]);
    const skipped = await prepare([join(folder, 'train'), join(folder, 'other'), '--bad-images', 'skip']);
    expect(skipped.stdout).toMatch(/^6 images in 1 shards/);
    expect(skipped.stderr).toMatch(/Left out: .*no image\.jpg/);
  });

  it.each([[['one-argument-only']], [['from', 'to', '--side', '0']], [['from', 'to', '--per-shard', '1.5']]])(
    'ends with exit code 2 for %j',
    async (args) => {
      expect((await prepare(args)).code).toBe(2);
    },
  );

  it('says what is not there', async () => {
    const { code, stderr } = await prepare([join(folder, 'nothing'), shards]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^\[IMAGES_NOT_FOUND\].*nothing.*ENOENT/)]);
  });
});
