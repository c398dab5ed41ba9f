import type { PixelImage } from '@evenkeel/datasets-lt';
import { adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness } from '../pixels/enhance.js';
import { autoContrast, equalize, invert, posterize, solarize } from '../pixels/tones.js';
import { rotate, shearX, shearY, translate } from '../pixels/warp.js';

/** The operations that AutoAugment and RandAugment put together, by the names of the papers. */
export type OperationName =
  | 'Identity'
  | 'ShearX'
  | 'ShearY'
  | 'TranslateX'
  | 'TranslateY'
  | 'Rotate'
  | 'Brightness'
  | 'Color'
  | 'Contrast'
  | 'Sharpness'
  | 'Posterize'
  | 'Solarize'
  | 'AutoContrast'
  | 'Equalize'
  | 'Invert';

interface Operation {
  /** Strength at `share` (0 .. 1) of the scale, for an image of this side. */
  readonly magnitude: (share: number, image: PixelImage) => number;
  /** Whether the strength is turned round for every second image. */
  readonly signed: boolean;
  readonly apply: (image: PixelImage, magnitude: number) => void;
}

const upTo = (most: number) => (share: number) => most * share;
const none = () => 0;
/** The papers' 150 of 331 pixels. */
const far = (share: number, side: number) => (150 / 331) * side * share;
/** Bits that are left; no level of the papers' scales falls between two whole numbers. */
const bitsLeft = (share: number) => 8 - Math.round(4 * share);

const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  Identity: { signed: false, magnitude: none, apply: () => undefined },
  ShearX: { signed: true, magnitude: upTo(0.3), apply: shearX },
  ShearY: { signed: true, magnitude: upTo(0.3), apply: shearY },
  TranslateX: {
    signed: true,
    magnitude: (share, { width }) => far(share, width),
    apply: (image, pixels) => translate(image, pixels, 0),
  },
  TranslateY: {
    signed: true,
    magnitude: (share, { height }) => far(share, height),
    apply: (image, pixels) => translate(image, 0, pixels),
  },
  Rotate: { signed: true, magnitude: upTo(30), apply: rotate },
  Brightness: { signed: true, magnitude: upTo(0.9), apply: (image, by) => adjustBrightness(image, 1 + by) },
  Color: { signed: true, magnitude: upTo(0.9), apply: (image, by) => adjustSaturation(image, 1 + by) },
  Contrast: { signed: true, magnitude: upTo(0.9), apply: (image, by) => adjustContrast(image, 1 + by) },
  Sharpness: { signed: true, magnitude: upTo(0.9), apply: (image, by) => adjustSharpness(image, 1 + by) },
  Posterize: { signed: false, magnitude: bitsLeft, apply: posterize },
  Solarize: { signed: false, magnitude: (share) => 255 * (1 - share), apply: solarize },
  AutoContrast: { signed: false, magnitude: none, apply: autoContrast },
  Equalize: { signed: false, magnitude: none, apply: equalize },
  Invert: { signed: false, magnitude: none, apply: invert },
};

/** Whether the strength of an operation has a sign to draw. */
export function isSigned(name: OperationName): boolean {
  return OPERATIONS[name].signed;
}

/** Applies an operation in place, at `share` (0 .. 1) of its scale, turned round when `negative` and it has a sign. */
export function applyOperation(
  name: OperationName,
  image: PixelImage,
  share: number,
  negative: boolean,
): void {
  const { magnitude, signed, apply } = OPERATIONS[name];
  const strength = magnitude(share, image);
  apply(image, signed && negative ? -strength : strength);
}
