import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isEvenkeelError } from '@evenkeel/errors';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CIFAR10, IMAGE_BYTES } from '../cifar/cifar-layout.js';
import { countRecords, readLabels, readPixels } from '../cifar/read-records.js';
import { readImageCache } from '../fashion-mnist/image-cache.js';
import { parseRows } from '../fashion-mnist/parse-rows.js';
import { readOfficial } from '../fashion-mnist/read-idx.js';
import { readBounded } from './read-bounded.js';

/** How many cases; a long run sets EVENKEEL_FUZZ_RUNS. */
const numRuns = Number(process.env.EVENKEEL_FUZZ_RUNS ?? 100);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
});
afterEach(() => rm(folder, { recursive: true }));

const idx = (dimensions: readonly number[], data: Uint8Array) => {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.writeUInt32BE(0x800 + dimensions.length);
  dimensions.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, data]);
};
const parts = ['train', 't10k'];
const writeOfficial = async () => {
  for (const part of parts) {
    await writeFile(join(folder, `${part}-images-idx3-ubyte`), idx([2, 28, 28], Buffer.alloc(2 * 784)));
    await writeFile(join(folder, `${part}-labels-idx1-ubyte`), idx([2], Buffer.from([0, 1])));
  }
};
const images = () => join(folder, 'train-images-idx3-ubyte');
const coded = (prefix: string) => (error: unknown) => {
  if (!isEvenkeelError(error) || !error.code.startsWith(prefix)) throw error;
};

describe('official IDX files from anywhere', () => {
  beforeEach(writeOfficial);

  it('are refused where a folder is in their place', async () => {
    await rm(images());
    await mkdir(images());
    await expect(readOfficial(folder, 10)).rejects.toThrow(
      /DATASETS_NOT_READ.*train-images-idx3-ubyte.*(no file|EISDIR)/s,
    );
  });

  it('are unpacked no further than an official one could be', async () => {
    await rm(images());
    const bomb = gzipSync(Buffer.alloc(200e6));
    expect(bomb.length).toBeLessThan(1e6);
    await writeFile(`${images()}.gz`, bomb);
    const before = process.memoryUsage().rss;
    await expect(readOfficial(folder, 10)).rejects.toThrow(
      /DATASETS_FILE_SIZE.*at most 78400016 bytes when unpacked/s,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  });

  it('are not read where they are larger than an official one', async () => {
    await expect(readBounded(images(), 100)).rejects.toThrow(
      /DATASETS_FILE_SIZE.*at most 100 bytes, found 1584/s,
    );
    await expect(readBounded(join(folder, 'none'), 100)).rejects.toThrow(/DATASETS_NOT_READ.*ENOENT/s);
  });

  it('are read or refused by a coded error, whatever bytes they hold', async () => {
    const change = fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 5 });
    const whole = idx([2, 28, 28], Buffer.alloc(2 * 784));
    await fc.assert(
      fc.asyncProperty(change, fc.oneof(fc.constant(0), fc.nat(whole.length)), async (bytes, cut) => {
        const damaged = Buffer.from(whole);
        for (const [at, byte] of bytes) damaged[at] = byte;
        await writeFile(images(), damaged.subarray(0, whole.length - cut));
        await readOfficial(folder, 10).then(({ train }) => {
          expect(train.pixels.length).toBe(2 * 784);
        }, coded('DATASETS_'));
      }),
      { numRuns },
    );
  });
});

describe('CIFAR files from anywhere', () => {
  const layout = { ...CIFAR10, trainRecords: 3, testRecords: 3 };
  const record = 1 + IMAGE_BYTES;

  it('are refused by size, before they are read', async () => {
    const file = join(folder, 'data_batch_1.bin');
    for (const [bytes, text] of [
      [0, /whole number of records/],
      [record - 1, /whole number of records/],
      [4 * record, /at most 3 records/],
    ] as const) {
      await writeFile(file, Buffer.alloc(bytes));
      await expect(countRecords([file], layout)).rejects.toThrow(text);
    }
    await expect(countRecords([folder], layout)).rejects.toThrow(/DATASETS_NOT_READ.*no file/s);
    await expect(countRecords([join(folder, 'none')], layout)).rejects.toThrow(/DATASETS_NOT_READ.*ENOENT/s);
  });

  it('are read or refused by a coded error, whatever bytes they hold', async () => {
    const file = join(folder, 'data_batch_1.bin');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(4),
        fc.oneof(fc.constant(0), fc.nat(9)),
        fc.nat(255),
        async (count, odd, byte) => {
          await writeFile(file, Buffer.alloc(Math.max(0, count * record - odd), byte));
          await countRecords([file], layout)
            .then(async (files) => {
              const labels = await readLabels(files, layout);
              expect(labels.every((label) => label >= 0 && label < 10)).toBe(true);
              expect(await readPixels(files, layout)).toHaveLength(labels.length * IMAGE_BYTES);
            })
            .catch(coded('DATASETS_'));
        },
      ),
      { numRuns },
    );
  });
});

describe('rows of numbers from anywhere', () => {
  it('are those of JSON, or refused by a coded error', () => {
    const good = fc.array(fc.array(fc.nat(255), { minLength: 3, maxLength: 3 }));
    fc.assert(
      fc.property(good, (rows) => {
        const bytes = Buffer.from(JSON.stringify({ data: rows }));
        expect([...parseRows(bytes, 3, 'f')]).toEqual(rows.flat());
      }),
      { numRuns },
    );
    const token = fc.constantFrom('[', ']', ',', '0', '255', '256', '-', 'x', ' ', '{"data":');
    const text = fc.oneof(
      fc.array(token).map((tokens) => tokens.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (given) => {
        try {
          expect(parseRows(Buffer.from(given), 3, 'f').length % 3).toBe(0);
        } catch (error) {
          coded('DATASETS_')(error);
        }
      }),
      { numRuns: 5 * numRuns },
    );
  });
});

it('a cache that is damaged, a folder or too large counts as none', async () => {
  const file = join(folder, 'images.bin');
  expect(await readImageCache(file)).toBeUndefined();
  await mkdir(file);
  expect(await readImageCache(file)).toBeUndefined();
  await rm(file, { recursive: true });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
      await writeFile(file, bytes);
      expect(await readImageCache(file)).toBeUndefined();
    }),
    { numRuns },
  );
});
