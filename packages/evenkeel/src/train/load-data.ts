import { cifar100LT, cifar10LT, fashionMnistLT } from '@evenkeel/datasets-lt';
import type { LongTailDataset, OnProgress } from '@evenkeel/datasets-lt';
import type { ImageDataset } from '@evenkeel/image-folders';
import { errors } from '../errors.js';
import { folderParts } from '../shared/folder-parts.js';
import { loadImageFolders } from '../shared/load-image-folders.js';
import type { DataSettings } from './settings.js';

/** How a data set is taken apart. */
export interface Parts {
  /** Opens a folder `val` beside `train` and `test` as the validation part. Default false: it is left alone. */
  readonly heldOut?: boolean;
  /** What a folder of images is called; default: by its path. A run that resumes keeps the name that it began with. */
  readonly name?: string;
}

/**
 * Reads the data set once, for all methods. Throws EVENKEEL_DATA_DIR_MISSING, and what its reader throws. One of images in
 * files is to be closed.
 */
export async function loadData(
  settings: DataSettings,
  onProgress: OnProgress,
  { heldOut = false, name }: Parts = {},
): Promise<LongTailDataset | ImageDataset> {
  const { data, imbalance, dataDir, limit, size, badImages: onBadImage } = settings;
  switch (data) {
    case 'fashion-mnist-lt':
      return fashionMnistLT({ imbalance, dataDir, limit, onProgress }).load();
    case 'cifar10-lt':
      return cifar10LT({ imbalance, dataDir, limit, onProgress }).load();
    case 'cifar100-lt':
      return cifar100LT({ imbalance, dataDir, limit, onProgress }).load();
    case 'tiny-imagenet-lt': {
      const { tinyImageNetLT } = await loadImageFolders('train');
      return tinyImageNetLT({
        dataDir: required(data, dataDir),
        imbalance,
        limit,
        size,
        onBadImage,
        onProgress,
      }).load();
    }
    case 'folder': {
      const { validation, ...parts } = folderParts(required(data, dataDir));
      const { imageFolder } = await loadImageFolders('train');
      return imageFolder({
        ...parts,
        ...(heldOut && validation !== undefined && { validation }),
        ...(name !== undefined && { name }),
        size: size ?? 112,
        limit,
        onBadImage,
        onProgress,
      }).load();
    }
  }
}

function required(data: string, dataDir: string | undefined): string {
  if (dataDir === undefined) throw errors.DATA_DIR_MISSING({ data });
  return dataDir;
}
