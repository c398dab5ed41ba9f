import { cifar100LT, cifar10LT, fashionMnistLT } from '@evenkeel/datasets-lt';
import type { LongTailDataset, OnProgress } from '@evenkeel/datasets-lt';
import type { Settings } from './settings.js';

const DEFINITIONS = {
  'fashion-mnist-lt': fashionMnistLT,
  'cifar10-lt': cifar10LT,
  'cifar100-lt': cifar100LT,
} as const;

/** Reads the data set once, for both methods. */
export async function loadData(settings: Settings, onProgress: OnProgress): Promise<LongTailDataset> {
  const { data, imbalance, dataDir, limit } = settings;
  return DEFINITIONS[data]({ imbalance, dataDir, limit, onProgress }).load();
}
