import { show } from '@evenkeel/errors';
import { errors } from '../errors.js';
import type { PixelTransform } from './pixel-transform.js';

/** How training images are varied. */
export interface Augmentation {
  /** Black pixels added at every side before a crop of the original size is taken at random; 0: no crop. */
  readonly pad: number;
  /** Whether half of the images are mirrored left to right. */
  readonly flip: boolean;
  /** Applied to the cropped and mirrored bytes, one after the other, such as a policy of AutoAugment; default: none. */
  readonly pixels?: readonly PixelTransform[];
}

/** `true`: the data set's own augmentation; `false`: none; or an object whose missing fields are the data set's own. */
export type AugmentOption = boolean | Partial<Augmentation>;

/** The augmentation an option stands for, `undefined` for none; throws `DATASETS_BAD_OPTION` for anything else. */
export function resolveAugmentation(
  where: string,
  option: AugmentOption,
  standard: Augmentation,
): Augmentation | undefined {
  if (option === false) return undefined;
  const chosen = option === true ? standard : { ...standard, ...option };
  const { pad, flip, pixels = [] } = chosen;
  const numbers = Number.isInteger(pad) && pad >= 0 && typeof flip === 'boolean';
  if (typeof option === 'string' || !numbers || !pixels.every(({ apply }) => typeof apply === 'function')) {
    const expected =
      'true, false or { pad: an integer of 0 or more, flip: true or false, pixels: a list of pixel transforms }';
    throw errors.BAD_OPTION({ where, option: 'augment', expected, received: show(option) });
  }
  return chosen;
}
