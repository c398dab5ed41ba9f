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

/**
 * RandAugment (Cubuk et al., CVPR workshops 2020) with torchvision's space, strengths and nearest-pixel warps. Draws per operation:
 * `integer(14)` which one, then, where its strength has a sign and is not 0, `integer(2)`, 1 turning it round.
 * Throws `IMAGES_BAD_OPTION`.
 */
export function randAugment(options: RandAugmentOptions = {}): PixelStep {
  const { operations = 2, magnitude = 9 } = options;
  const check = (option: string, value: number, most: number) => {
    if (Number.isInteger(value) && value >= 0 && value <= most) return;
    const expected = `an integer in 0 .. ${most}`;
    throw imageErrors.BAD_OPTION({ where: 'randAugment', option, expected, received: value });
  };
  check('operations', operations, SPACE.length);
  check('magnitude', magnitude, LEVELS - 1);
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
