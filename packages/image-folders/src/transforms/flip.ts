import type { PixelImage } from '@evenkeel/datasets-lt';
import { imageErrors } from '../errors.js';
import type { PixelStep } from './pixel-step.js';

/**
 * Mirrors the image left to right with a probability of `chance`, default 0.5. Draws: one `uniform`, below `chance` it is
 * mirrored. Throws `IMAGES_BAD_OPTION`.
 */
export function flip({ chance = 0.5 }: { readonly chance?: number } = {}): PixelStep {
  if (!(chance >= 0 && chance <= 1)) {
    const expected = 'a number in 0 .. 1';
    throw imageErrors.BAD_OPTION({ where: 'flip', option: 'chance', expected, received: chance });
  }
  return {
    kind: 'flip',
    name: `flip (${chance})`,
    options: { chance },
    apply(image, random) {
      if (random.uniform() < chance) mirror(image);
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
