import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isEvenkeelError } from '@evenkeel/errors';
import fc from 'fast-check';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { put, temporaryFolder } from './drawn-images.fixture.js';
import { readListFile } from './listing/read-list-file.js';
import { walkTar } from './shards/walk-tar.js';
import type { TarMember } from './shards/walk-tar.js';

/** How many cases; a long run sets EVENKEEL_FUZZ_RUNS. */
const numRuns = Number(process.env.EVENKEEL_FUZZ_RUNS ?? 100);

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await temporaryFolder()));
afterAll(() => remove());

/** What comes of reading: a value, or the code of an error; other errors pass. */
async function outcome<Result>(read: () => Promise<Result>): Promise<Result | string> {
  try {
    return await read();
  } catch (error) {
    if (isEvenkeelError(error)) return error.code;
    throw error;
  }
}

/** A small tar file with a name too long for one header. */
async function smallTar(): Promise<Buffer> {
  const names = ['0.jpg', '0.cls', `${'long-'.repeat(30)}1.jpg`];
  for (const [at, name] of names.entries()) await put(join(folder, 'tar', name), 'x'.repeat(700 * at + 1));
  await create({ file: join(folder, 'small.tar'), cwd: join(folder, 'tar'), portable: true }, names);
  return readFile(join(folder, 'small.tar'));
}

async function walk(bytes: Uint8Array): Promise<readonly TarMember[] | string> {
  const file = join(folder, 'hostile.tar');
  await writeFile(file, bytes);
  return outcome(async () => {
    const members: TarMember[] = [];
    for await (const member of walkTar(file)) members.push(member);
    return members;
  });
}

/** Writes a header's checksum, so that the header passes for a whole one. */
function signed(bytes: Buffer, at: number): Buffer {
  bytes.fill(' ', at + 148, at + 156);
  const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  return bytes;
}

describe('tar shards of hostile bytes', () => {
  it('cut at any place are refused, up to the block that ends them', async () => {
    const whole = await smallTar();
    const members = await walk(whole);
    expect(members).toHaveLength(3);
    const end = whole.length - 1024;
    for (let length = 0; length < end + 512; length += 64)
      expect(await walk(whole.subarray(0, length)), `${length} bytes`).toBe('IMAGES_BAD_SHARD');
    expect(await walk(whole.subarray(0, end + 512))).toEqual(members);
  });

  it.each([
    ['negative', '\xff'.repeat(12)],
    ['beyond all files', `\x80${'\x7f'.repeat(11)}`],
    ['no number', 'zzzzzzzzzzz\0'],
  ])('with a length that is %s end in a code or in members that lie inside', async (_what, length) => {
    const bytes = await smallTar();
    bytes.write(length, 124, 'latin1');
    const came = await walk(signed(bytes, 0));
    if (typeof came === 'string') expect(came).toBe('IMAGES_BAD_SHARD');
    else for (const member of came) expect(member.offset + member.length).toBeLessThanOrEqual(bytes.length);
  });

  it('end in a code or in members that lie inside, whatever is changed', async () => {
    const whole = await smallTar();
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (changes, sign) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          if (sign)
            for (let at = 0; at + 512 <= bytes.length; at += 512)
              if (bytes.toString('latin1', at + 257, at + 262) === 'ustar') signed(bytes, at);
          const came = await walk(bytes);
          if (typeof came === 'string') {
            expect(came).toBe('IMAGES_BAD_SHARD');
            return;
          }
          for (const { offset, length } of came) {
            expect(offset).toBeGreaterThanOrEqual(512);
            expect(length).toBeGreaterThanOrEqual(0);
            expect(offset + length).toBeLessThanOrEqual(bytes.length);
          }
        },
      ),
      { numRuns },
    );
  }, 60_000);
});

describe('lists of hostile lines', () => {
  const file = () => join(folder, 'list.txt');
  const read = () => outcome(() => readListFile(file(), folder));

  it('end in a code, or in as many images as there are lines', async () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.tuple(fc.string({ maxLength: 20 }), fc.integer()).map(([path, label]) => `${path} ${label}`),
      fc.constantFrom(
        'a b',
        'x.jpg 1e3',
        'x.jpg 4294967296',
        ' 3',
        '3',
        'x.jpg\t2',
        '\0 1',
        'x.jpg -1',
        'x.jpg 1.5',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const text = lines.join('\n');
        await writeFile(file(), text);
        const came = await read();
        if (typeof came === 'string') {
          expect(came).toBe('IMAGES_LIST_LINE');
          return;
        }
        const rows = text.split('\n').filter((row) => row.trim() !== '');
        expect(came.labels).toHaveLength(rows.length);
        expect(came.labels.every((label) => label >= 0)).toBe(true);
      }),
      { numRuns },
    );
  }, 60_000);
});
