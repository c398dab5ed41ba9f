import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataProgress } from '../files/progress.js';
import { unpack } from '../files/unpack.js';
import { chooseSubset } from '../long-tail/choose-subset.js';
import { CIFAR100, CIFAR10, type CifarLayout, IMAGE_BYTES, PLANE } from './cifar-layout.js';
import { cifar100LT, cifar10LT } from './cifar-lt.js';
import { locateFiles } from './locate-files.js';

/** A record whose pixels tell its place: red `index`, green `index + row`, blue `index + column`, modulo 256. */
function record(index: number, labels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length + IMAGE_BYTES);
  bytes.set(labels);
  for (let pixel = 0; pixel < PLANE; pixel++) {
    bytes[labels.length + pixel] = index;
    bytes[labels.length + PLANE + pixel] = index + (pixel >> 5);
    bytes[labels.length + 2 * PLANE + pixel] = index + (pixel & 31);
  }
  return bytes;
}

/** Writes records of classes 0, 1, … in turn, the second label byte of CIFAR-100 being the class. */
async function writeRecords(layout: CifarLayout, file: string, from: number, to: number): Promise<void> {
  const records = Array.from({ length: to - from }, (_, i) => {
    const label = (from + i) % layout.classes;
    return record(from + i, layout.labelBytes === 1 ? [label] : [label % 20, label]);
  });
  await writeFile(file, Buffer.concat(records));
}

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cifar-'));
  vi.stubEnv('EVENKEEL_CACHE', join(root, 'cache'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

/** CIFAR-10 in two training files of 60 and 40 records and a test file of 20, in its official folder. */
async function writeCifar10(parent = root): Promise<string> {
  const folder = join(parent, CIFAR10.folder);
  await mkdir(folder, { recursive: true });
  await writeRecords(CIFAR10, join(folder, 'data_batch_1.bin'), 0, 60);
  await writeRecords(CIFAR10, join(folder, 'data_batch_2.bin'), 60, 100);
  await writeRecords(CIFAR10, join(folder, 'test_batch.bin'), 100, 120);
  return folder;
}

/** A profile that the small files can fill, of 10 images per class at most. */
const small = { limit: 26, imbalance: 1000 } as const;

describe('cifar10LT', () => {
  it.each(['the folder', 'its parent'])('reads chosen images from %s', async (where) => {
    const folder = await writeCifar10();
    const data = await cifar10LT({ ...small, dataDir: where === 'the folder' ? folder : root }).load();
    const counts = cifar10LT(small).classCounts;
    expect(data.classCounts).toEqual(counts);
    expect(data.shotGroups?.join()).toBe('many,many,many,medium,medium,medium,medium,few,few,few');
    expect([...data.train.labels]).toEqual(counts.flatMap((count, label) => new Array(count).fill(label)));

    const labels = Int32Array.from({ length: 100 }, (_, i) => i % 10);
    const chosen = chooseSubset({ labels, counts }).flatMap((members) => [...members]);
    const all = new Float32Array(data.train.size * IMAGE_BYTES);
    await data.train.read(
      Int32Array.from(chosen, (_, i) => i),
      all,
    );
    const normal = (value: number, channel: number) =>
      ((value & 255) / 255 - [0.4914, 0.4822, 0.4465][channel]) / [0.2023, 0.1994, 0.201][channel];
    const [row, column] = [17, 5];
    chosen.forEach((index, place) => {
      const at = place * IMAGE_BYTES + (row * 32 + column) * 3;
      expect(all[at]).toBeCloseTo(normal(index, 0), 5);
      expect(all[at + 1]).toBeCloseTo(normal(index + row, 1), 5);
      expect(all[at + 2]).toBeCloseTo(normal(index + column, 2), 5);
    });
  });

  it('says that the files are not complete', async () => {
    await writeCifar10();
    const data = await cifar10LT({ ...small, dataDir: root }).load();
    expect(data.complete).toBe(false);
    expect(data.name).toBe('cifar-10-lt (imbalance 1000, limit 26), partial files');
    expect(data.notes[0]).toContain('100 of the 50000 official training images');
    expect(data.notes[1]).toContain('20 of the 10000 official test images');
    expect([data.test.size, data.test.labels[3]]).toEqual([20, 3]);
  });

  it('splits validation images off, apart from the training images', async () => {
    await writeCifar10();
    const all = await cifar10LT({ profile: 'balanced', limit: 100, dataDir: root }).load();
    const data = await cifar10LT({ profile: 'balanced', limit: 100, validation: 3, dataDir: root }).load();
    expect(data.classCounts).toEqual(new Array(10).fill(7));
    expect(data.validation?.size).toBe(30);
    const idsOf = async (source: typeof data.train) => {
      const into = new Float32Array(source.size * IMAGE_BYTES);
      await source.read(
        Int32Array.from({ length: source.size }, (_, i) => i),
        into,
      );
      return Array.from({ length: source.size }, (_, i) => into[i * IMAGE_BYTES]);
    };
    const parts = [...(await idsOf(data.train)), ...(await idsOf(data.validation!))];
    expect(parts.sort()).toEqual((await idsOf(all.train)).sort());
  });

  it('names a class that is too small', async () => {
    await writeCifar10();
    await expect(cifar10LT({ dataDir: root }).load()).rejects.toThrow(
      /DATASETS_CLASS_TOO_SMALL.*'airplane' of 'cifar-10'.*expected 5000, found 10/,
    );
  });

  it('names missing files, and looks nowhere else when a folder is named', async () => {
    await expect(cifar10LT({ dataDir: root }).load()).rejects.toThrow(
      /DATASETS_FILES_MISSING.*'data_batch_1.bin'/,
    );
    const folder = await writeCifar10();
    await rm(join(folder, 'test_batch.bin'));
    await expect(cifar10LT({ dataDir: root }).load()).rejects.toThrow(
      /DATASETS_FILES_MISSING.*'test_batch.bin'/,
    );
  });

  it('names a truncated file with its size', async () => {
    const file = join(await writeCifar10(), 'data_batch_2.bin');
    await truncate(file, 3072 * 40);
    const load = () => cifar10LT({ ...small, dataDir: root }).load();
    await expect(load()).rejects.toThrow(/DATASETS_FILE_SIZE.*data_batch_2.*3073 bytes, found 122880 bytes/);
    await truncate(file, 0);
    await expect(load()).rejects.toThrow(/DATASETS_FILE_SIZE.*found 0 bytes/);
  });

  it('names a file with a label out of range', async () => {
    await appendFile(join(await writeCifar10(), 'data_batch_1.bin'), record(0, [10]));
    await expect(cifar10LT({ ...small, dataDir: root }).load()).rejects.toThrow(
      /DATASETS_BAD_FILE.*data_batch_1.*0 \.\. 9, found the label 10 in record 60/,
    );
  });
});

describe('cifar100LT', () => {
  it('takes the fine label, and tells shot groups by the thresholds', async () => {
    const folder = join(root, CIFAR100.folder);
    await mkdir(folder);
    await writeRecords(CIFAR100, join(folder, 'train.bin'), 0, 100);
    await writeRecords(CIFAR100, join(folder, 'test.bin'), 0, 100);
    const data = await cifar100LT({ limit: 100, dataDir: root }).load();
    expect([...data.train.labels]).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(data.shotGroups?.filter((group) => group === 'few')).toHaveLength(30);
    expect(data.classNames[99]).toBe('worm');
  });
});

describe('locateFiles', () => {
  it('downloads, unpacks what is expected, and finds it in the cache afterwards', async () => {
    const made = join(root, 'made');
    const folder = await writeCifar10(made);
    for (const number of [3, 4, 5]) {
      await writeFile(join(folder, `data_batch_${number}.bin`), record(number, [0]));
    }
    await writeFile(join(folder, 'readme.html'), 'left out');
    const archive = join(root, 'source.tar.gz');
    await create({ file: archive, gzip: true, cwd: made }, [CIFAR10.folder]);
    const bytes = await readFile(archive);
    let requests = 0;
    const server = createServer((_, response) => {
      requests++;
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const layout = {
      ...CIFAR10,
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cifar-10-binary.tar.gz`,
      md5: createHash('md5').update(bytes).digest('hex'),
    };
    const seen: DataProgress[] = [];
    const files = await locateFiles(layout, { onProgress: (progress) => seen.push(progress) });
    expect(await locateFiles(layout, {})).toEqual(files);
    await new Promise((closed) => server.close(closed));

    expect(requests).toBe(1);
    expect(files.train).toHaveLength(5);
    expect((await readFile(files.train[1])).equals(await readFile(join(folder, 'data_batch_2.bin')))).toBe(
      true,
    );
    const cache = join(root, 'cache', 'datasets');
    expect(readdirSync(cache)).toEqual([CIFAR10.folder]);
    expect(existsSync(join(cache, CIFAR10.folder, 'readme.html'))).toBe(false);
    expect(seen.at(-1)).toEqual({ label: `Unpacking ${CIFAR10.folder}.tar.gz`, done: 6, total: 6 });
  });
});

describe('unpack', () => {
  it('leaves nothing behind of an archive that is damaged or lacks a member', async () => {
    await writeCifar10();
    const archive = join(root, 'a.tar.gz');
    await create({ file: archive, gzip: true, cwd: root }, [CIFAR10.folder]);
    const folder = join(root, 'out', CIFAR10.folder);
    const members = ['data_batch_1.bin', 'data_batch_2.bin'];
    await expect(
      unpack({ archive, folder, mostBytes: 1e6, members: [...members, 'gone.bin'] }),
    ).rejects.toThrow(/DATASETS_BAD_FILE.*a\.tar\.gz.*gone\.bin/);
    await expect(unpack({ archive, folder, members, mostBytes: 10 })).rejects.toThrow(
      /DATASETS_FILE_SIZE.*at most 10 bytes of/s,
    );
    await truncate(archive, 500);
    await expect(unpack({ archive, folder, members, mostBytes: 1e6 })).rejects.toThrow(
      /DATASETS_BAD_FILE.*a\.tar\.gz/,
    );
    expect(readdirSync(join(root, 'out'))).toEqual([]);
  });
});

/** Real files, complete or with a part of the records: `EVENKEEL_CIFAR_DIR` names the folder that holds both official ones. */
const real = process.env.EVENKEEL_CIFAR_DIR;

describe.skipIf(!real)('real CIFAR files (set EVENKEEL_CIFAR_DIR to run)', () => {
  it.each([
    ['cifar-10', cifar10LT, 12406, 10],
    ['cifar-100', cifar100LT, 10847, 100],
  ] as const)('make %s long-tailed', async (_, factory, size, classes) => {
    const data = await factory({ dataDir: real }).load();
    expect(data.train.size).toBe(size);
    expect(new Set(data.test.labels).size).toBe(classes);
    const into = new Float32Array(300 * IMAGE_BYTES);
    await data.train.read(
      Int32Array.from({ length: 300 }, (_, i) => i * 30),
      into,
    );
    // Normalised natural images: near zero mean and unit variance.
    const mean = into.reduce((sum, value) => sum + value, 0) / into.length;
    const variance = into.reduce((sum, value) => sum + (value - mean) ** 2, 0) / into.length;
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(variance).toBeGreaterThan(0.7);
    expect(variance).toBeLessThan(2);
  });
});
