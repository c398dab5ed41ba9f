import { imageErrors } from '../errors.js';
import { countByClass, type ImageParts } from '../image-dataset.js';

/** What a paper says about the lists that it published. */
export interface PublishedLists {
  /** Such as `imagenet-lt`. */
  readonly dataset: string;
  readonly classes: number;
  /** Training images: all, of the largest and of the smallest class. */
  readonly train: { readonly images: number; readonly most: number; readonly least: number };
  readonly validationImages?: number;
  readonly testImages: number;
}

/**
 * Compares lists with what was published; throws `IMAGES_WRONG_TOTALS`, which names the first part that differs. Where lists may
 * be `partial`, returns what differs instead.
 */
export function checkPublished(published: PublishedLists, parts: ImageParts, partial: boolean): string[] {
  const { dataset, classes, train, validationImages, testImages } = published;
  const notes: string[] = [];
  const differs = (part: string, expected: string, found: string): void => {
    if (expected === found) return;
    if (!partial) throw imageErrors.WRONG_TOTALS({ dataset, part, expected, found });
    notes.push(`The ${part} list has ${found}; the published one has ${expected}. Say so beside results.`);
  };
  const counts = countByClass(parts.train.labels, parts.classNames.length);
  const describe = (images: number, of: number, most: number, least: number) =>
    `${images} images of ${of} classes, ${most} to ${least} a class`;
  differs(
    'training',
    describe(train.images, classes, train.most, train.least),
    describe(parts.train.size, counts.length, Math.max(...counts), Math.min(...counts)),
  );
  if (parts.validation)
    differs('validation', `${validationImages} images`, `${parts.validation.size} images`);
  differs('test', `${testImages} images`, `${parts.test.size} images`);
  return notes;
}
