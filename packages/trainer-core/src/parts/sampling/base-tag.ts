import { optionErrors } from '../../errors/option-errors.js';

/** The tag of every batch of the built-in samplers. */
export const BASE_TAG = 'base';

/** Throws TRAINER_OPTION_UNKNOWN_TAG unless the tag is `base`. */
export function checkBaseTag(sampler: string, tag: string): void {
  if (tag !== BASE_TAG) throw optionErrors.UNKNOWN_TAG({ sampler, tag, tags: [BASE_TAG] });
}
