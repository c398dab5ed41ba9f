import { defineOptions, number, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { imageErrors } from './errors.js';
import { countByClass, imageDataset, type ImageDefinition, type ImageParts } from './image-dataset.js';
import { type ImageOptions, imageSettings, imageSpec, partOfClasses } from './image-options.js';
import { splitByClass } from './listing/split-by-class.js';
import { walkFolder } from './listing/walk-folder.js';

/** Which folders `imageFolder` reads, beside the options of all readers. */
export interface ImageFolderOptions extends Omit<ImageOptions, 'validation'> {
  /** Holds one folder per class. */
  readonly train: string;
  /** Another such folder, with the same classes or some of them; or a fraction in (0, 1) of every class of `train`. */
  readonly test: string | number;
  /** As `test`, or a whole number per class; default: none. */
  readonly validation?: string | number;
}

/** The options of `imageFolder`. */
export const imageFolderOptions = defineOptions('imageFolder', imageErrors.BAD_OPTION, {
  ...imageSpec,
  train: text('a folder'),
  test: text('a folder').or(number({ above: 0, below: 1 })),
  validation: text('a folder').or(partOfClasses()).optional(),
} satisfies SpecOf<ImageFolderOptions>);

/**
 * A folder that holds one folder per class, as the field lays it out (torchvision's `ImageFolder`): classes are the names of
 * the folders, sorted; images lie in them at any depth. Every image is decoded when it is asked for.
 * Options are checked here (`IMAGES_BAD_OPTION`); `load` throws `IMAGES_NOT_FOUND`, `IMAGES_NO_CLASSES`, `IMAGES_CLASS_EMPTY` or
 * `IMAGES_UNKNOWN_CLASS`.
 *
 * @example
 * const data = imageFolder({ train: 'photos/train', test: 'photos/val', size: 112 });
 * const trainer = createTrainer({ data, model: resnet10() });
 */
export function imageFolder(options: ImageFolderOptions): ImageDefinition {
  const { train, test, validation, ...others } = imageFolderOptions.read(options);
  const name = others.name ?? `images of ${train}`;
  const share = typeof validation === 'number' ? validation : undefined;
  const settings = imageSettings('imageFolder', others, share);
  return {
    name,
    load: async () => {
      const parts = await openFolders(name, train, test, settings.seed);
      const heldOut =
        typeof validation === 'string' ? await walkFolder(validation, parts.classNames) : undefined;
      const found = { ...parts, ...(heldOut && { validation: heldOut.images }) };
      return imageDataset('imageFolder', found, settings);
    },
  };
}

async function openFolders(
  name: string,
  train: string,
  test: string | number,
  seed: number,
): Promise<ImageParts> {
  const { images, classNames, ignored } = await walkFolder(train);
  const notes = ignored > 0 ? [`${ignored} files in '${train}' are no images by their name.`] : [];
  if (typeof test === 'string') {
    const other = await walkFolder(test, classNames);
    const counts = countByClass(other.images.labels, classNames.length);
    const without = classNames.filter((_, label) => counts[label] === 0);
    if (without.length > 0) notes.push(`No test image of ${without.join(', ')}.`);
    return { name, classNames, train: images, test: other.images, complete: true, notes };
  }
  const counts = countByClass(images.labels, classNames.length);
  const kept = counts.map((count) => count - Math.min(count - 1, Math.max(1, Math.round(count * test))));
  const { first, rest } = splitByClass(images, kept, seed);
  notes.push(`${rest.size} of ${images.size} images were taken for the test, by seed ${seed}.`);
  return { name, classNames, train: first, test: rest, complete: true, notes };
}
