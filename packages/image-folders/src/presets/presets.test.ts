import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exponentialCounts } from '@evenkeel/datasets-lt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawn, put, temporaryFolder } from '../drawn-images.fixture.js';
import { imagenetLT, iNaturalist2018, placesLT, tinyImageNetLT } from '../index.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await temporaryFolder()));
afterAll(() => remove());

/** Counts that fall from `most` to `least` and add up to `images`. */
function profile(classes: number, images: number, most: number, least: number): number[] {
  const counts = Array.from({ length: classes }, (_, c) =>
    Math.round(most * (least / most) ** (c / (classes - 1))),
  );
  let missing = images - counts.reduce((sum, count) => sum + count, 0);
  for (let c = 1; missing !== 0; c = 1 + (c % (classes - 2))) {
    const step = Math.sign(missing);
    if (counts[c] + step > most || counts[c] + step < least) continue;
    counts[c] += step;
    missing -= step;
  }
  return counts;
}

const lines = (counts: readonly number[], part: string) =>
  counts
    .flatMap((count, label) => Array.from({ length: count }, (_, i) => `${part}/${label}/${i}.jpg ${label}`))
    .join('\n');

const PRESETS = [
  {
    preset: imagenetLT,
    prefix: 'ImageNet_LT',
    numbers: [1000, 115_846, 1280, 5],
    test: 50,
    part: 'test',
    images: /115846/,
  },
  {
    preset: placesLT,
    prefix: 'Places_LT',
    numbers: [365, 62_500, 4980, 5],
    test: 100,
    part: 'test',
    images: /62500/,
  },
  {
    preset: iNaturalist2018,
    prefix: 'iNaturalist18',
    numbers: [8142, 437_513, 1000, 2],
    test: 3,
    part: 'val',
    images: /437513/,
  },
] as const;

describe.each(PRESETS)(
  '$prefix',
  ({ preset, prefix, numbers: [classes, images, most, least], test, part, images: text }) => {
    const lists = () => join(folder, prefix);
    beforeAll(async () => {
      const counts = profile(classes, images, most, least);
      await put(join(lists(), `${prefix}_train.txt`), lines(counts, 'train'));
      await put(
        join(lists(), `${prefix}_${part}.txt`),
        lines(
          counts.map(() => test),
          'val',
        ),
      );
    });

    it('accepts lists with the published totals, and tells by class what a folder lacks', async () => {
      const bytes = await drawn(8, 8).jpeg().toBuffer();
      const dataDir = join(folder, `${prefix} images`);
      await put(join(dataDir, 'train', '0', '0.jpg'), bytes);
      const load = (options = {}) => preset({ dataDir, lists: lists(), ...options }).load();
      await expect(load()).rejects.toThrow(text);
      await expect(load()).rejects.toThrow(
        new RegExp(`IMAGES_FILES_MISSING.*found 1; missing by class: 0 \\(1 of ${most}\\), 1 \\(0 of`),
      );
    });

    it('refuses other lists', async () => {
      const other = join(folder, `${prefix} other`);
      const train = await readFile(join(lists(), `${prefix}_train.txt`), 'utf8');
      await put(join(other, `${prefix}_train.txt`), train.slice(train.indexOf('\n') + 1));
      await put(join(other, `${prefix}_${part}.txt`), 'val/0/0.jpg 0');
      await expect(preset({ dataDir: other }).load()).rejects.toThrow(
        new RegExp(
          `IMAGES_WRONG_TOTALS.*${images} images of ${classes} classes, ${most} to ${least} a class, found ${images - 1} `,
        ),
      );
      await put(join(other, `${prefix}_train.txt`), train);
      await expect(preset({ dataDir: other }).load()).rejects.toThrow(
        /IMAGES_WRONG_TOTALS.*test list.*found 1 images/,
      );
    });

    it('takes a part of the lists where that is allowed, and says so', async () => {
      const dataDir = join(folder, `${prefix} part`);
      const bytes = await drawn(8, 8).jpeg().toBuffer();
      for (const label of [0, 1]) await put(join(dataDir, 'train', String(label), '0.jpg'), bytes);
      await put(join(dataDir, `${prefix}_train.txt`), lines([2, 1], 'train'));
      await put(join(dataDir, `${prefix}_${part}.txt`), lines([1, 1], 'train'));
      const data = await preset({ dataDir, partial: true, size: 8 }).load();
      expect(data.name).toMatch(/-(?:lt|2018), partial files$/);
      expect([data.complete, data.classCounts]).toEqual([false, [1, 1]]);
      expect(data.notes).toEqual([
        expect.stringMatching(`has 3 images of 2 classes, 2 to 1 a class; the published one has ${images} `),
        expect.stringMatching(/^The test list has 2 images; the published one has \d+ images\./),
        expect.stringMatching(/holds 2 of the 3 training images; 1 classes lack some/),
      ]);
    });
  },
);

const shared = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const published = join(shared, 'imagenet-lt-lists');

describe.skipIf(!existsSync(published))(
  `the published lists of ImageNet-LT${existsSync(published) ? '' : ', skipped: ../shared/data/imagenet-lt-lists is not there'}`,
  () => {
    it('have the totals that the preset expects of validation and test', async () => {
      const dataDir = join(folder, 'published');
      const counts = profile(1000, 115_846, 1280, 5);
      await put(join(dataDir, 'ImageNet_LT_train.txt'), lines(counts, 'train'));
      for (const part of ['val', 'test']) {
        await put(
          join(dataDir, `ImageNet_LT_${part}.txt`),
          await readFile(join(published, `ImageNet_LT_${part}.txt`)),
        );
      }
      // All three lists pass; then there is no image.
      await expect(imagenetLT({ dataDir, validation: true }).load()).rejects.toThrow(
        /IMAGES_FILES_MISSING.*115846.*found 0/,
      );
    });
  },
);

describe('tinyImageNetLT', () => {
  it('says where it looked', async () => {
    await expect(tinyImageNetLT({ dataDir: folder }).load()).rejects.toThrow(
      /IMAGES_NOT_FOUND.*tiny-imagenet-200/,
    );
    expect(() => tinyImageNetLT({ dataDir: folder, imbalance: 1000 })).toThrow('DATASETS_BAD_OPTION');
  });

  const tiny = join(shared, 'tiny-imagenet');
  const there = existsSync(join(tiny, 'tiny-imagenet-200.tar'));

  describe.skipIf(!there)(
    `on real files${there ? '' : ', skipped: ../shared/data/tiny-imagenet is not there'}`,
    () => {
      it('has 21,549 training images at imbalance 100, the counts of the formula, and half of the test images', async () => {
        const data = await tinyImageNetLT({ dataDir: tiny, imbalance: 100 }).load();
        expect(data.classCounts).toEqual(exponentialCounts({ largest: 500, classes: 200, imbalance: 100 }));
        expect([data.train.size, data.test.size, data.complete]).toEqual([21_549, 5000, false]);
        expect(data.notes.join(' ')).toMatch(/21549 of the 100000 .* 5000 of the 10000/);
        expect(
          ['many', 'medium', 'few'].map((group) => data.shotGroups?.filter((one) => one === group).length),
        ).toEqual([70, 70, 60]);
        const into = new Float32Array(3 * 64 * 64 * 3);
        await data.train.read(Int32Array.of(0, 21_548, 9000), into);
        expect(into.every(Number.isFinite)).toBe(true);
      });

      it('takes the beginnings of the same classes at a larger imbalance, and names what a smaller one lacks', async () => {
        const data = await tinyImageNetLT({ dataDir: tiny, imbalance: 250 }).load();
        expect(data.classCounts[199]).toBe(2);
        await expect(tinyImageNetLT({ dataDir: tiny, imbalance: 10 }).load()).rejects.toThrow(
          /IMAGES_FILES_MISSING.*of 4\d\d\)/,
        );
      });
    },
  );
});
