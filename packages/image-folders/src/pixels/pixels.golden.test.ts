// The golden values come from golden/pixels.py: Pillow 13 and torchvision 0.29. All of them are met to the bit.
import type { PixelImage } from '@evenkeel/datasets-lt';
import { describe, expect, it } from 'vitest';
import { AUTO_AUGMENT_POLICIES } from '../transforms/auto-augment-policies.js';
import { planCrop, resizedCrop } from '../transforms/crops.js';
import { seededDraws } from '../transforms/draws.js';
import { applyOperation, type OperationName } from '../transforms/operations.js';
import { adjustHue } from './adjust-hue.js';
import { adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness } from './enhance.js';
import { bytesOf, golden, goldenImage } from './golden.fixture.js';
import { resample } from './resample.js';

const changed = (change: (image: PixelImage) => void): Uint8Array => {
  const image = goldenImage();
  change(image);
  return image.pixels;
};

const cut = (image: PixelImage, [left, top, width, height]: readonly number[]): PixelImage => {
  const rows = Array.from({ length: height }, (_, y) => {
    const from = ((top + y) * image.width + left) * 3;
    return [...image.pixels.subarray(from, from + width * 3)];
  });
  return { width, height, channels: 3, pixels: Uint8Array.from(rows.flat()) };
};

describe('beside Pillow and torchvision', () => {
  it('both sides draw the same image', () => {
    expect(goldenImage().pixels).toEqual(bytesOf(golden.image));
  });

  it.each(golden.resized)('resizes to $size', ({ size: [width, height], pixels }) => {
    expect(resample(goldenImage(), width, height).pixels).toEqual(bytesOf(pixels));
  });

  it.each(golden.tested)(
    'tests $width × $height as Resize and CenterCrop do',
    ({ width, height, pixels }) => {
      const plan = planCrop(resizedCrop({ size: 16, resize: 20 }), width, height, seededDraws([1, 2, 3, 4]));
      const image = resample(goldenImage(width, height), plan.width, plan.height, plan.target);
      expect(image.pixels).toEqual(bytesOf(pixels));
    },
  );

  it.each(golden.crops)('crops $box and resizes', ({ box, pixels }) => {
    expect(resample(cut(goldenImage(), box), 11, 11).pixels).toEqual(bytesOf(pixels));
  });

  const adjust: Record<string, (image: PixelImage, factor: number) => void> = {
    brightness: adjustBrightness,
    contrast: adjustContrast,
    saturation: adjustSaturation,
    sharpness: adjustSharpness,
    hue: adjustHue,
  };
  it.each(golden.colours)('$name $factor', ({ name, factor, pixels }) => {
    expect(changed((image) => adjust[name](image, factor))).toEqual(bytesOf(pixels));
  });

  it.each(golden.operations)('$name at $share, negative $negative', ({ name, share, negative, pixels }) => {
    expect(changed((image) => applyOperation(name as OperationName, image, share, negative))).toEqual(
      bytesOf(pixels),
    );
  });

  it.each(['cifar10', 'imagenet'] as const)('has the policy of AutoAugment for %s', (name) => {
    const listed = AUTO_AUGMENT_POLICIES[name].map((pair) =>
      pair.map(({ operation, chance, level }) => [operation, chance, level]),
    );
    // Where an operation has no strength, the level of the paper's table means nothing.
    const plain = (rows: readonly (readonly (readonly unknown[])[])[]) =>
      rows.map((pair) =>
        pair.map(([operation, chance, level]) =>
          /AutoContrast|Equalize|Invert/.test(String(operation))
            ? [operation, chance]
            : [operation, chance, level],
        ),
      );
    expect(plain(listed)).toEqual(plain(golden.policies[name]));
  });
});
