import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { put, putClasses, temporaryFolder } from './drawn-images.fixture.js';
import { imageList } from './index.js';
import { LooseImagesBuilder } from './listing/loose-images.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  await putClasses(join(folder, 'root', 'train'), { n01: 3, n02: 2, 'n 03': 2 });
});
afterAll(() => remove());

const list = (name: string, lines: string[]) => put(join(folder, name), lines.join('\n'));
const open = (train: string, test: string, options = {}) =>
  imageList({ root: join(folder, 'root'), train, test, size: 8, ...options }).load();

const LINES = [
  'train/n02/000.jpg 1',
  'train/n01/001.jpg 0',
  '',
  'train/n 03/000.jpg 2',
  './train/n02/001.jpg\t1',
];

describe('imageList', () => {
  it('keeps the order of the list, unsorted labels, blanks in paths; classes are named after their folders', async () => {
    const train = await list('train.txt', LINES);
    const data = await open(train, await list('test.txt', ['train/n01/000.jpg 0\r', 'train/n01/002.jpg 0']));
    expect(data.classNames).toEqual(['n01', 'n02', 'n 03']);
    expect([...data.train.labels]).toEqual([1, 0, 2, 1]);
    expect([data.classCounts, data.test.size, data.complete]).toEqual([[1, 2, 1], 2, true]);
    await data.train.read(Int32Array.of(0, 1, 2, 3), new Float32Array(4 * 8 * 8 * 3));
  });

  it('names a gap in the numbers, and numbers again on request, in the test list too', async () => {
    const train = await list('gap.txt', ['train/n01/000.jpg 7', 'train/n02/000.jpg 3']);
    const test = await list('gap-test.txt', ['train/n01/001.jpg 7']);
    await expect(open(train, test)).rejects.toThrow(
      /IMAGES_LIST_GAPS.*0 .. 7.*no image of 0, 1, 2, 4, 5, 6.*renumber: true/,
    );
    const data = await open(train, test, { renumber: true });
    expect([[...data.train.labels], [...data.test.labels], data.classNames]).toEqual([
      [1, 0],
      [1],
      ['n02', 'n01'],
    ]);
    const unknown = await list('unknown.txt', ['train/n01/001.jpg 5']);
    await expect(open(train, unknown, { renumber: true })).rejects.toThrow(/IMAGES_LIST_LINE.*line 1/);
  });

  it.each([
    ['a line without a number', 'train/n01/000.jpg'],
    ['a number that is none', 'train/n01/000.jpg one'],
    ['a negative number', 'train/n01/000.jpg -1'],
  ])('names %s', async (_what, line) => {
    const train = await list('bad.txt', ['train/n01/000.jpg 0', line]);
    await expect(open(train, train)).rejects.toThrow(/IMAGES_LIST_LINE.*line 2 of '.*bad.txt'/);
  });

  it('names classes in the test list that training has not, and lists that are not there', async () => {
    const train = await list('train2.txt', LINES);
    await expect(open(train, await list('more.txt', ['train/n01/000.jpg 3']))).rejects.toThrow(
      /IMAGES_UNKNOWN_CLASS.*'3'/,
    );
    await expect(open(train, join(folder, 'none.txt'))).rejects.toThrow(
      /IMAGES_NOT_FOUND.*a list of images.*none.txt/,
    );
  });

  it('tells a partial folder by class, and reads what is there on request', async () => {
    const train = await list('partial.txt', [
      ...LINES,
      'train/n01/900.jpg 0',
      'train/n02/901.jpg 1',
      'train/n02/902.jpg 1',
    ]);
    const test = await list('partial-test.txt', ['train/n01/000.jpg 0']);
    await expect(open(train, test)).rejects.toThrow(
      /IMAGES_FILES_MISSING.*Expected 7 images.*found 4; missing by class: n01 \(1 of 2\), n02 \(2 of 4\)/,
    );
    const data = await open(train, test, { partial: true });
    expect([data.complete, data.train.size, data.name]).toEqual([
      false,
      4,
      expect.stringMatching(/partial files$/),
    ]);
    expect(data.notes).toEqual([
      'The folder holds 4 of the 7 training images; 2 classes lack some. Say so beside results.',
    ]);
    await rm(join(folder, 'root', 'train', 'n 03'), { recursive: true });
    await expect(open(test, test)).resolves.toMatchObject({ complete: true });
  });
});

describe('a table of images', () => {
  it('takes some sixty bytes for an image of iNaturalist, and finds each of 437,513 again', () => {
    const builder = new LooseImagesBuilder('root');
    const path = (i: number) =>
      `train_val2018/Plantae/${i % 8142}/${String(i).padStart(8, '0')}-5d2b-44f1-9c1e-2f6d8a7b9c0d.jpg`;
    const count = 437_513;
    for (let i = 0; i < count; i++) builder.add(path(i), i % 8142);
    const table = builder.build();
    const { names, starts, folderOf, labels } = table.columns;
    const bytes = names.byteLength + starts.byteLength + folderOf.byteLength + labels.byteLength;
    expect(bytes / count).toBeLessThan(60);
    for (const i of [0, 1, 8142, 300_000, count - 1]) {
      expect([table.relative(i), table.labels[i]]).toEqual([path(i), i % 8142]);
    }
    const some = table.pick(Int32Array.of(5, 437_000));
    expect([some.relative(1), some.nameOf(0)]).toEqual([path(437_000), join('root', path(5))]);
  });
});

const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const sample = join(shared, 'imagenet-sample');
const there = existsSync(sample);

describe.skipIf(!there)(
  `ImageNet's sample${there ? '' : ', skipped: ../shared/data/imagenet-sample is not there'}`,
  () => {
    it('is read by its list', async () => {
      const train = join(sample, 'ImageNet_LT_sample.txt');
      const data = await imageList({ root: sample, train, test: train, size: 64 }).load();
      expect([data.train.size, data.classNames.length, data.classNames[0]]).toEqual([96, 96, 'n01667778']);
      const into = new Float32Array(96 * 64 * 64 * 3);
      await data.train.read(
        Int32Array.from({ length: 96 }, (_, i) => i),
        into,
      );
      const mean = into.reduce((sum, value) => sum + value, 0) / into.length;
      expect(Math.abs(mean)).toBeLessThan(0.5);
    });
  },
);
