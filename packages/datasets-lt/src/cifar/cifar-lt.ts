import { defineOptions } from '@evenkeel/errors';
import { errors } from '../errors.js';
import type { LongTailDefinition, LongTailOptions } from '../long-tail/long-tail-options.js';
import { assemble, type ImagePool } from '../long-tail/assemble.js';
import {
  type DatasetTraits,
  type LongTailReader,
  longTailSettings,
  longTailSpec,
} from '../long-tail/long-tail-settings.js';
import { CIFAR100, CIFAR10, type CifarLayout, SIDE } from './cifar-layout.js';
import { CIFAR100_CLASSES, CIFAR10_CLASSES } from './class-names.js';
import { locateFiles } from './locate-files.js';
import { countRecords, readLabels, readPixels, type RecordFile } from './read-records.js';

/** What both sets share; the statistics are those of CIFAR-10, which the field uses for CIFAR-100 as well. */
const shared = {
  augmentation: { pad: 4, flip: true },
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.2023, 0.1994, 0.201],
  exampleShape: [SIDE, SIDE, 3] as const,
};

const cifar10: DatasetTraits = {
  ...shared,
  title: 'cifar-10',
  classNames: CIFAR10_CLASSES,
  largest: 5000,
  shots: 'rank',
};

const cifar100: DatasetTraits = {
  ...shared,
  title: 'cifar-100',
  classNames: CIFAR100_CLASSES,
  largest: 500,
  shots: 'thresholds',
};

/** The options of `cifar10LT`. */
export const cifar10Options = defineOptions('cifar10LT', errors.BAD_OPTION, longTailSpec(cifar10));

/** The options of `cifar100LT`. */
export const cifar100Options = defineOptions('cifar100LT', errors.BAD_OPTION, longTailSpec(cifar100));

/**
 * CIFAR-10-LT: 32 × 32 × 3 images of ten classes, made long-tailed as the field does (Cao et al., NeurIPS 2019): 12,406
 * training images at imbalance factor 100, and the balanced test set. From the official binary files: in `dataDir`, else in
 * the cache, else downloaded there (170 MB). Shot groups by rank: classes 0–2 many, 3–6 medium, 7–9 few, because
 * by the thresholds no class is few-shot up to imbalance 200; other tables may use `shots: 'thresholds'`.
 * Options are checked here (`DATASETS_BAD_OPTION`), files by `load`.
 *
 * @example
 * const data = await cifar10LT({ imbalance: 100, dataDir: 'data' }).load();
 * data.classCounts; // [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]
 */
export function cifar10LT(options: LongTailOptions = {}): LongTailDefinition {
  return cifarLT(CIFAR10, cifar10, cifar10Options, options);
}

/**
 * CIFAR-100-LT: as `cifar10LT`, with a hundred classes: 10,847 training images at imbalance factor 100, normalised with
 * CIFAR-10's constants as the field does. Shot groups by the thresholds (many above 100 training images, few below 20):
 * 35 / 35 / 30 classes at imbalance factor 100.
 */
export function cifar100LT(options: LongTailOptions = {}): LongTailDefinition {
  return cifarLT(CIFAR100, cifar100, cifar100Options, options);
}

function cifarLT(
  layout: CifarLayout,
  traits: DatasetTraits,
  reader: LongTailReader,
  options: LongTailOptions,
): LongTailDefinition {
  const read = reader.read(options);
  const settings = longTailSettings(read, traits, reader);
  return {
    name: settings.name,
    classCounts: settings.classCounts,
    load: async () => assemble(traits, settings, await readPool(layout, read)),
  };
}

async function readPool(
  layout: CifarLayout,
  options: Pick<LongTailOptions, 'dataDir' | 'onProgress'>,
): Promise<ImagePool> {
  const files = await locateFiles(layout, options);
  const train = await countRecords(files.train, layout);
  const test = await countRecords(files.test, layout);
  const notes = [
    ...partial('training', train, layout.trainFiles.length * layout.trainRecords),
    ...partial('test', test, layout.testFiles.length * layout.testRecords),
  ];
  return {
    labels: await readLabels(train, layout),
    gather: (indices) => readPixels(train, layout, indices),
    test: { pixels: await readPixels(test, layout), labels: await readLabels(test, layout) },
    complete: notes.length === 0,
    notes,
  };
}

function partial(part: string, files: readonly RecordFile[], official: number): string[] {
  const found = files.reduce((sum, { records }) => sum + records, 0);
  return found === official
    ? []
    : [`The files hold ${found} of the ${official} official ${part} images; say so beside results.`];
}
