import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { createRandom } from '@evenkeel/trainer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { networkOf, openData } from './data-sets.js';
import { openPlaces, runGrid } from './grid.js';
import { readResult, resultPath } from './result-file.js';
import { readGridSettings } from './settings.js';

const shared = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const unless = (path: string) =>
  existsSync(join(shared, path)) ? '' : `, skipped: ../shared/data/${path} is not there`;
const quiet = () => undefined;

describe('networkOf', () => {
  it('is what the field trains on the data set, or what was asked for', () => {
    const name = (words: string) => networkOf(readGridSettings(words.split(' '))).name;
    expect(name('--data tiny-imagenet-lt')).toBe('resnet18');
    expect(name('--data imagenet-lt')).toBe('resnet50');
    expect(name('--data imagenet-lt --network resnext50')).toBe('resnext50');
    expect(name('--data cifar100-lt')).toBe('resnet32');
    expect(name('--data fashion-mnist-lt')).not.toBe('resnet32');
  });
});

describe('openData', () => {
  it.each(['tiny-imagenet-lt', 'imagenet-lt'])('wants the folder of %s', async (data) => {
    const settings = readGridSettings(['--data', data]);
    await expect(openData(settings, quiet)).rejects.toThrow(/COMPARE_NO_DATA_DIR.*--data-dir/s);
  });
});

describe.skipIf(unless('imagenet-sample'))(
  `ImageNet-LT, by 96 of its images${unless('imagenet-sample')}`,
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'evenkeel-sample-'));
      await symlink(join(shared, 'imagenet-sample', 'train'), join(folder, 'train'));
      for (const part of ['train', 'test']) {
        const list = join(shared, 'imagenet-sample', 'ImageNet_LT_sample.txt');
        await copyFile(list, join(folder, `ImageNet_LT_${part}.txt`));
      }
    });
    afterAll(() => rm(folder, { recursive: true }));

    const settingsOf = (words: string) =>
      readGridSettings(
        `--data imagenet-lt --data-dir ${folder} --validation 0 --size 16 ${words}`.split(' '),
      );

    it('is read as its lists say, and says what of them is missing', async () => {
      await expect(openData(settingsOf('--epochs 1'), quiet)).rejects.toThrow(
        /IMAGES_WRONG_TOTALS.*115846.*found 96/s,
      );
      const data = await openData(settingsOf('--partial'), quiet);
      expect(data.name).toBe('imagenet-lt, partial files');
      expect(data.notes).toEqual([
        expect.stringMatching(/training list has 96 images of 96 classes.*115846 images of 1000/),
        expect.stringMatching(/test list has 96 images.*50000/),
      ]);
      expect([data.train.size, data.test.size, data.classCounts.length]).toEqual([96, 96, 96]);
    });

    it('is augmented in training, the same for the same row, and not in tests', async () => {
      const { train, test } = await openData(settingsOf('--partial'), quiet);
      const random = createRandom(3, 'rows');
      const read = async (source: typeof train, streams?: (row: number) => typeof random) => {
        const into = new Float32Array(4 * 16 * 16 * 3);
        await source.read(Int32Array.of(0, 17, 50, 95), into, streams);
        return into;
      };
      const rows = (row: number) => random.fork(row);
      const augmented = await read(train, rows);
      expect(await read(train, rows)).toEqual(augmented);
      expect(await read(train, (row) => random.fork(row + 9))).not.toEqual(augmented);
      expect(await read(train)).toEqual(await read(test));
      expect(await read(train)).not.toEqual(augmented);
    });

    it('trains a cell, and its result says which images', async () => {
      await useBackend('wasm', { onMessage: () => undefined });
      vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      const words = `--partial --network resnet10 --epochs 1 --methods ce --out ${join(folder, 'grid')}`;
      const settings = { ...settingsOf(words), size: 8 };
      const data = await openData(settings, quiet);
      await runGrid(settings, await openPlaces(settings), data, 'wasm', quiet);
      vi.restoreAllMocks();
      const result = await readResult(resultPath(settings.out, 'ce', 1));
      expect(result).toMatchObject({ data: 'imagenet-lt, partial files', testImages: 96, notes: data.notes });
      expect(result?.settings).toMatchObject({ size: 8, network: 'resnet10', partial: true });
      expect(result?.command).toContain('--validation 0 --size 8 --network resnet10 --partial --methods ce');
      expect(await openPlaces(settings)).toEqual([]);
      await expect(openPlaces({ ...settings, network: 'resnet18' })).rejects.toThrow(
        /COMPARE_OTHER_SETTINGS.*--network 'resnet10'/s,
      );
    }, 300_000);
  },
);

describe.skipIf(unless('tiny-imagenet/tiny-imagenet-200.tar'))(
  `Tiny ImageNet-LT${unless('tiny-imagenet/tiny-imagenet-200.tar')}`,
  () => {
    it('holds a tenth of every class out, and is padded and cut at random in training only', async () => {
      const dir = join(shared, 'tiny-imagenet');
      const settings = readGridSettings(['--data', 'tiny-imagenet-lt', '--data-dir', dir]);
      const data = await openData(settings, quiet);
      const { classCounts, train, validation, test } = data;
      expect([classCounts[0], classCounts[199]]).toEqual([450, 4]);
      expect([train.size + (validation?.size ?? 0), test.size]).toEqual([21_549, 5000]);
      expect(train.exampleShape).toEqual([64, 64, 3]);
      const [one, other] = [new Float32Array(64 * 64 * 3), new Float32Array(64 * 64 * 3)];
      await train.read(Int32Array.of(5), one);
      await train.read(Int32Array.of(5), other, (row) => createRandom(1, 'rows', row));
      expect(one).not.toEqual(other);
    });
  },
);
