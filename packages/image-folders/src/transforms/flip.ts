import type { PixelImage, PixelRandom } from '@evenkeel/datasets-lt';
import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import type { PixelStep } from './pixel-step.js';

/** How often images are mirrored. */
export interface FlipOptions {
  /** A probability, 0 .. 1; default 0.5. */
  readonly chance?: number;
}

/** The options of `flip`. */
export const flipOptions = defineOptions('flip', imageErrors.BAD_OPTION, {
  chance: number({ min: 0, max: 1 }).default(0.5),
} satisfies SpecOf<FlipOptions>);

/**
 * Mirrors the image left to right with a probability of `chance`. Draws: one `uniform`, below `chance` it is mirrored. Throws
 * `IMAGES_BAD_OPTION`.
 */
export function flip(options: FlipOptions = {}): PixelStep {
  const { chance } = flipOptions.read(options);
  const mirrors = (random: PixelRandom) => random.uniform() < chance;
  return {
    kind: 'flip',
    name: `flip (${chance})`,
    options: { chance },
    mirrors,
    apply(image, random) {
      if (mirrors(random)) mirror(image);
    },
  };
}

/** Left to right, in place. */
export function mirror({ pixels, width, height, channels }: PixelImage): void {
  const row = width * channels;
  for (let y = 0; y < height; y++) {
    let left = y * row;
    let right = left + row - channels;
    for (; left < right; left += channels, right -= channels) {
      for (let channel = 0; channel < channels; channel++) {
        const held = pixels[left + channel];
        pixels[left + channel] = pixels[right + channel];
        pixels[right + channel] = held;
      }
    }
  }
}
