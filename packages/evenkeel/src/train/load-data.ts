import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cifar100LT, cifar10LT, fashionMnistLT } from '@evenkeel/datasets-lt';
import type { LongTailDataset, OnProgress } from '@evenkeel/datasets-lt';
import { imageFolder, tinyImageNetLT } from '@evenkeel/image-folders';
import { errors } from '../errors.js';
import type { DataSettings } from './settings.js';

/** Part of the images that a folder without a test part gives to the test. */
const TEST_SHARE = 0.2;

/** Reads the data set once, for both methods. Throws EVENKEEL_DATA_DIR_MISSING, and what its reader throws. */
export async function loadData(settings: DataSettings, onProgress: OnProgress): Promise<LongTailDataset> {
  const { data, imbalance, dataDir, limit, size, badImages: onBadImage } = settings;
  switch (data) {
    case 'fashion-mnist-lt':
      return fashionMnistLT({ imbalance, dataDir, limit, onProgress }).load();
    case 'cifar10-lt':
      return cifar10LT({ imbalance, dataDir, limit, onProgress }).load();
    case 'cifar100-lt':
      return cifar100LT({ imbalance, dataDir, limit, onProgress }).load();
    case 'tiny-imagenet-lt':
      return tinyImageNetLT({
        dataDir: required(data, dataDir),
        imbalance,
        limit,
        size,
        onBadImage,
        onProgress,
      }).load();
    case 'folder': {
      const parts = partsOf(required(data, dataDir));
      return imageFolder({ ...parts, size: size ?? 112, limit, onBadImage, onProgress }).load();
    }
  }
}

/** `train` beside `test` or `val`, else one folder of classes, of which a part is kept for the test. */
function partsOf(folder: string): { train: string; test: string | number } {
  const train = join(folder, 'train');
  if (!existsSync(train)) return { train: folder, test: TEST_SHARE };
  const test = ['test', 'val', 'validation']
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
  return { train, test: test ?? TEST_SHARE };
}

function required(data: string, dataDir: string | undefined): string {
  if (dataDir === undefined) throw errors.DATA_DIR_MISSING({ data });
  return dataDir;
}
