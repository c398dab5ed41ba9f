import { flag, object, whole } from '@evenkeel/errors';
import type { Option } from '@evenkeel/errors';

/** How training images are varied. */
export interface Augmentation {
  /** Black pixels added at every side before a crop of the original size is taken at random; 0: no crop. */
  readonly pad: number;
  /** Whether half of the images are mirrored left to right. */
  readonly flip: boolean;
}

/** `true`: the data set's own augmentation; `false`: none; or an object whose missing fields are the data set's own. */
export type AugmentOption = boolean | Partial<Augmentation>;

/** What the option `augment` may be. */
export const augmentOption: Option<AugmentOption> = flag().or(
  object({ pad: whole().optional("the data set's own"), flip: flag().optional("the data set's own") }),
);

/** The augmentation an option stands for, `undefined` for none. */
export function resolveAugmentation(option: AugmentOption, standard: Augmentation): Augmentation | undefined {
  if (option === false) return undefined;
  if (option === true) return standard;
  return { pad: option.pad ?? standard.pad, flip: option.flip ?? standard.flip };
}
