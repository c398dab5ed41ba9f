import type { LongTailDataset } from '@evenkeel/datasets-lt';
import { shotGroups } from '@evenkeel/datasets-lt';
import type { ShotGroup } from '@evenkeel/trainer-core';
import { batchesOf } from './batches-of.js';
import type { Batches, BatchSettings } from './batches-of.js';
import { sameImages } from './same-images.js';
import type { SameImages, SeenImage } from './same-images.js';

/** A class, as it is in the training images. */
export interface InspectedClass {
  readonly name: string;
  /** Training images. */
  readonly count: number;
  readonly shot: ShotGroup;
}

/** What is known of a data set before anything is trained on it. */
export interface Inspection {
  readonly data: string;
  readonly notes: readonly string[];
  readonly classes: readonly InspectedClass[];
  /** Images by part; null where there is no such part. */
  readonly images: { readonly train: number; readonly validation: number | null; readonly test: number };
  /** Largest class / smallest class. */
  readonly imbalance: number;
  readonly batches: Batches;
  /** Absent where no image was opened. */
  readonly broken?: readonly string[];
  /** Images that show the same picture; absent where no image was opened. */
  readonly same?: readonly SameImages[];
}

/** An image that was looked at; `problem` says why it cannot be decoded. */
export type LookedAt = SeenImage & { readonly problem?: string };

/** Puts together what is known; `images` are absent where none was opened. */
export function inspectionOf(
  data: LongTailDataset,
  settings: BatchSettings,
  images?: readonly LookedAt[],
): Inspection {
  const { name, notes, classNames, classCounts, train, validation, test } = data;
  const groups = data.shotGroups ?? shotGroups(classCounts);
  const full = classCounts.filter((count) => count > 0);
  return {
    data: name,
    notes,
    classes: classNames.map((className, label) => ({
      name: className,
      count: classCounts[label],
      shot: groups[label],
    })),
    images: { train: train.size, validation: validation?.size ?? null, test: test.size },
    imbalance: Math.max(...full) / Math.min(...full),
    batches: batchesOf(data, settings),
    ...(images && {
      broken: images.flatMap(({ problem }) => problem ?? []),
      same: sameImages(images),
    }),
  };
}
