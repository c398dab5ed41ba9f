import { basename, resolve } from 'node:path';
import { cifar100LT, cifar10LT, fashionMnistLT } from '@evenkeel/datasets-lt';
import type { LongTailDataset, OnProgress } from '@evenkeel/datasets-lt';
import { resnet10, resnet18, resnet32, resnet50, resnext50, smallResNet } from '@evenkeel/models';
import type { BackboneDefinition } from '@evenkeel/trainer-core';
import { loadImageFolders } from '../shared/load-image-folders.js';
import { compareErrors } from './errors.js';
import { folderParts } from '../shared/folder-parts.js';
import type { GridIdentity, GridSettings } from './settings.js';

const NETWORKS = { resnet10, resnet18, resnet50, resnext50 } as const;
const IN_MEMORY = {
  'fashion-mnist-lt': fashionMnistLT,
  'cifar10-lt': cifar10LT,
  'cifar100-lt': cifar100LT,
} as const;

/**
 * Opens the data set of a grid, images in files with the augmentation of their preset. Throws COMPARE_NO_DATA_DIR, and
 * what its reader throws.
 */
export async function openData(settings: GridSettings, onProgress: OnProgress): Promise<LongTailDataset> {
  const { data, imbalance, dataDir, limit, validation, size, partial, badImages } = settings;
  const inFiles = () => {
    if (dataDir === undefined) throw compareErrors.NO_DATA_DIR({ data });
    return { dataDir, limit, size, onProgress };
  };
  const share = typeof validation === 'number' && validation > 0 ? { validation } : {};
  switch (data) {
    case 'tiny-imagenet-lt': {
      const { tinyImageNetLT } = await loadImageFolders('compare');
      return tinyImageNetLT({ ...inFiles(), imbalance, ...share }).load();
    }
    case 'imagenet-lt': {
      const { imagenetLT } = await loadImageFolders('compare');
      return imagenetLT({ ...inFiles(), partial, validation: validation === 'list' }).load();
    }
    case 'folder': {
      const { dataDir: folder, ...others } = inFiles();
      const { imageFolder } = await loadImageFolders('compare');
      const { validation: held, ...parts } = folderParts(folder);
      if (validation === 'list' && held === undefined) throw compareErrors.NO_VALIDATION_FOLDER({ folder });
      return imageFolder({
        ...{ ...parts, ...others, ...share, size: size ?? 112 },
        ...(validation === 'list' && { validation: held }),
        // Where the folder lies is not what it is: a grid resumes when it was moved.
        name: `folder ${basename(resolve(folder))}`,
        onBadImage: badImages,
      }).load();
    }
    default:
      return IN_MEMORY[data]({ imbalance, dataDir, limit, ...share, onProgress }).load();
  }
}

/** The network of a grid: ResNet-32 for CIFAR, the small ResNet for Fashion-MNIST, what was chosen for images in files. */
export function networkOf({ data, network }: Pick<GridIdentity, 'data' | 'network'>): BackboneDefinition {
  switch (data) {
    case 'fashion-mnist-lt':
      return smallResNet();
    case 'cifar10-lt':
    case 'cifar100-lt':
      return resnet32();
    case 'folder':
      return NETWORKS[network ?? 'resnet10']();
    case 'tiny-imagenet-lt':
      return NETWORKS[network ?? 'resnet18']();
    case 'imagenet-lt':
      return NETWORKS[network ?? 'resnet50']();
  }
}
