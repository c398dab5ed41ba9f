import { flag, having, list, object, whole } from '@evenkeel/errors';
import type { Option } from '@evenkeel/errors';
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

/** What the option `augment` may be. */
export const augmentOption: Option<AugmentOption> = flag().or(
  object({
    pad: whole().optional("the data set's own"),
    flip: flag().optional("the data set's own"),
    pixels: list(having<PixelTransform>('a pixel transform', 'apply')).optional("the data set's own"),
  }),
);

/** The augmentation an option stands for, `undefined` for none. */
export function resolveAugmentation(option: AugmentOption, standard: Augmentation): Augmentation | undefined {
  if (option === false) return undefined;
  if (option === true) return standard;
  const { pixels = standard.pixels } = option;
  return {
    pad: option.pad ?? standard.pad,
    flip: option.flip ?? standard.flip,
    ...(pixels && { pixels }),
  };
}
