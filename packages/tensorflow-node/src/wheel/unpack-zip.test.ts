import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
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
  return { root, folder, done: unpackZip(file, folder, { place, mostBytes: 1000 }) };
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
    await unpackZip(file, join(temporaryFolder(), 'out'), { place: (name) => name, mostBytes: 7, onBytes });
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

  it('refuses more bytes than are expected, before it writes any', async () => {
    const { root, done } = unpack([
      { name: 'a', text: 'x'.repeat(600) },
      { name: 'b', text: 'x'.repeat(600) },
    ]);
    await expect(done).rejects.toThrow('1200 bytes, expected 1000 at most');
    expect(readdirSync(root)).toEqual(['archive.zip']);
  });

  it('refuses a member that is longer than it says', async () => {
    const bomb = deflateRawSync(Buffer.alloc(1 << 20));
    const zip = zipOf([{ name: 'bomb', text: bomb.toString('latin1') }]);
    const folder = temporaryFolder();
    const file = join(folder, 'bomb.zip');
    // Stored as it stands in the zip of the fixture, then called deflated, with a length of 10.
    const bytes = Buffer.from(zip);
    const [local, central] = [0, bytes.lastIndexOf('PK\x01\x02')];
    const data = Buffer.concat([bytes.subarray(0, 30), Buffer.from('bomb'), bomb]);
    const directory = Buffer.from(bytes.subarray(central));
    for (const [header, at] of [
      [data, local + 8],
      [directory, 10],
    ] as const) {
      header.writeUInt16LE(8, at); // deflated
      header.writeUInt32LE(bomb.length, at + 10);
      header.writeUInt32LE(10, at + 14);
    }
    const end = directory.lastIndexOf('PK\x05\x06');
    directory.writeUInt32LE(data.length, end + 16);
    writeFileSync(file, Buffer.concat([data, directory]));
    await expect(
      unpackZip(file, join(folder, 'out'), { place: (name) => name, mostBytes: 1000 }),
    ).rejects.toThrow(/too many bytes/);
    expect(statSync(join(folder, 'out', 'bomb')).size).toBeLessThan(1 << 17);
  });

  it('unpacks or refuses whatever bytes it is given, and never writes outside', async () => {
    const good = zipOf([
      { name: 'a/one.txt', text: 'first' },
      { name: 'two.txt', text: 'second' },
    ]);
    const root = temporaryFolder();
    const [file, folder] = [join(root, 'archive.zip'), join(root, 'out')];
    const numRuns = Number(process.env.EVENKEEL_FUZZ_RUNS ?? 100);
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(good.length), async (bytes, cut) => {
        const damaged = Buffer.from(good);
        for (const [at, byte] of bytes) damaged[at] = byte;
        writeFileSync(file, damaged.subarray(0, Math.max(cut, good.length - cut)));
        const result = await unpackZip(file, folder, { place: (name) => name, mostBytes: 1000 }).catch(
          (error: unknown) => error,
        );
        expect(typeof result === 'number' || result instanceof Error).toBe(true);
        expect(readdirSync(root).filter((name) => name !== 'out')).toEqual(['archive.zip']);
        rmSync(folder, { recursive: true, force: true });
      }),
      { numRuns },
    );
  });
});
