import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import { applyOperation, isSigned, type OperationName } from './operations.js';
import type { PixelStep } from './pixel-step.js';

/** How much RandAugment does. */
export interface RandAugmentOptions {
  /** Operations one after the other; default 2. */
  readonly operations?: number;
  /** Strength, 0 .. 30; default 9. */
  readonly magnitude?: number;
}

/** What is drawn from, in this order. */
const SPACE: readonly OperationName[] = [
  'Identity',
  'ShearX',
  'ShearY',
  'TranslateX',
  'TranslateY',
  'Rotate',
  'Brightness',
  'Color',
  'Contrast',
  'Sharpness',
  'Posterize',
  'Solarize',
  'AutoContrast',
  'Equalize',
];

const LEVELS = 31;

/** The options of `randAugment`. */
export const randAugmentOptions = defineOptions('randAugment', imageErrors.BAD_OPTION, {
  operations: whole(0, SPACE.length).default(2),
  magnitude: whole(0, LEVELS - 1).default(9),
} satisfies SpecOf<RandAugmentOptions>);

/**
 * RandAugment (Cubuk et al., CVPR workshops 2020) with torchvision's space, strengths and nearest-pixel warps. Draws per operation:
 * `integer(14)` which one, then, where its strength has a sign and is not 0, `integer(2)`, 1 turning it round.
 * Throws `IMAGES_BAD_OPTION`.
 */
export function randAugment(options: RandAugmentOptions = {}): PixelStep {
  const { operations, magnitude } = randAugmentOptions.read(options);
  return {
    kind: 'rand-augment',
    name: `rand-augment (${operations}, ${magnitude})`,
    options: { operations, magnitude },
    apply(image, random) {
      for (let i = 0; i < operations; i++) {
        const name = SPACE[random.integer(SPACE.length)];
        const negative = isSigned(name) && magnitude > 0 && random.integer(2) === 1;
        applyOperation(name, image, magnitude / (LEVELS - 1), negative);
      }
    },
  };
}
