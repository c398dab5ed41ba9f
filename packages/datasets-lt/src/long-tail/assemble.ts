import { ImageSource } from '../images/image-source.js';
import { subset } from './choose-subset.js';
import type { LongTailDataset } from './long-tail-options.js';
import type { DatasetTraits, LongTailSettings } from './long-tail-settings.js';

/** Every image that a data set has, before any is chosen. */
export interface ImagePool {
  /** Class of every training image, `[images]`. */
  readonly labels: Int32Array;
  /** The training images at `indices`, `[indices, height, width, channels]`, flat. */
  gather(indices: Int32Array): Uint8Array | Promise<Uint8Array>;
  readonly test: { readonly pixels: Uint8Array; readonly labels: Int32Array };
  /** Whether every official image is there. */
  readonly complete: boolean;
  readonly notes: readonly string[];
}

/** Chooses the images of the settings from the pool, class after class, and drops all others. */
export async function assemble(
  traits: DatasetTraits,
  settings: LongTailSettings,
  pool: ImagePool,
): Promise<LongTailDataset> {
  const { classNames, title: dataset } = traits;
  const { counts, seed, classCounts, augmentation } = settings;
  const chosen = subset({ labels: pool.labels, counts, seed, classNames, dataset });
  // The last of every class's shuffled images are held out: the training part stays the beginning of the full one.
  const kept = chosen.map((members, label) => members.subarray(0, classCounts[label]));
  const heldOut = chosen.map((members, label) => members.subarray(classCounts[label]));
  const part = async (groups: readonly Int32Array[]) => ({
    pixels: await pool.gather(concatenate(groups)),
    labels: labelsOf(groups),
  });
  const { exampleShape, mean, std } = traits;
  const source = (images: { pixels: Uint8Array; labels: Int32Array }) =>
    new ImageSource({ ...images, exampleShape, mean, std });
  return {
    name: pool.complete ? settings.name : `${settings.name}, partial files`,
    classNames,
    classCounts,
    shotGroups: settings.shotGroups,
    train: new ImageSource({ ...(await part(kept)), exampleShape, mean, std, augment: augmentation }),
    ...(settings.validationCounts && { validation: source(await part(heldOut)) }),
    test: source(pool.test),
    normalisation: { mean, std },
    complete: pool.complete,
    notes: pool.notes,
  };
}

function concatenate(groups: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(groups.reduce((sum, group) => sum + group.length, 0));
  groups.reduce((at, group) => (all.set(group, at), at + group.length), 0);
  return all;
}

function labelsOf(groups: readonly Int32Array[]): Int32Array {
  return concatenate(groups.map((group, label) => new Int32Array(group.length).fill(label)));
}
