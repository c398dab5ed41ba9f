import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { unpackZip } from './unpack-zip.js';
import { zipOf, type ZipMember } from './zip.fixture.js';

function unpack(
  members: readonly ZipMember[],
  place: (member: string) => string | undefined = (name) => name,
) {
  const root = temporaryFolder();
  const file = join(root, 'archive.zip');
  writeFileSync(file, zipOf(members));
  const folder = join(root, 'inside/out');
  return { root, folder, done: unpackZip(file, folder, { place }) };
}

describe('unpackZip', () => {
  it('writes the chosen members to their places', async () => {
    const members = [
      { name: 'a/one.txt', text: 'first' },
      { name: 'b/two.txt', text: 'second' },
      { name: 'c/', text: '' },
    ];
    const { folder, done } = unpack(members, (name) => (name === 'b/two.txt' ? undefined : `kept/${name}`));
    expect(await done).toBe(1);
    expect(readFileSync(join(folder, 'kept/a/one.txt'), 'utf8')).toBe('first');
    expect(existsSync(join(folder, 'kept/b'))).toBe(false);
  });

  it('tells how many bytes are written', async () => {
    const file = join(temporaryFolder(), 'archive.zip');
    writeFileSync(
      file,
      zipOf([
        { name: 'a', text: '123' },
        { name: 'b', text: '4567' },
      ]),
    );
    const heard: number[][] = [];
    const onBytes = (done: number, total: number): void => void heard.push([done, total]);
    await unpackZip(file, join(temporaryFolder(), 'out'), { place: (name) => name, onBytes });
    expect(heard).toEqual([
      [3, 7],
      [7, 7],
    ]);
  });

  it.each(['../evil', 'a/../../evil', '/tmp/evil', '..\\evil', 'C:/evil'])(
    'writes nothing for a member %s',
    async (name) => {
      const { root, done } = unpack([
        { name: 'good', text: 'good' },
        { name, text: 'evil' },
      ]);
      await expect(done).rejects.toThrow();
      expect(readdirSync(root, { recursive: true })).toEqual(['archive.zip']);
    },
  );

  it.each(['..', '../evil', '/tmp/evil-place', '.'])('refuses the place %s', async (place) => {
    const { root, done } = unpack([{ name: 'good', text: 'evil' }], () => place);
    await expect(done).rejects.toThrow("member 'good' leads out of the folder");
    expect(readdirSync(root)).toEqual(['archive.zip']);
  });

  it('refuses links', async () => {
    const { done } = unpack([{ name: 'link', text: '/etc/passwd', mode: 0o120777 }]);
    await expect(done).rejects.toThrow("member 'link' is a link");
  });
});
