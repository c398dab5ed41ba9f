import type { PixelRandom } from '@evenkeel/datasets-lt';
import { check, defineOptions, number, whole } from '@evenkeel/errors';
import type { Option, SpecOf } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import type { CropPlan } from './crop-plan.js';

/** The first step of every list of transforms: how an image of any size becomes one of `size` × `size` pixels. */
export type CropStep = RandomResizedCropStep | ResizedCropStep | PaddedCropStep;

/** See `randomResizedCrop`. */
export interface RandomResizedCropStep {
  readonly kind: 'random-resized-crop';
  readonly size: number;
  readonly scale: readonly [least: number, most: number];
  readonly ratio: readonly [least: number, most: number];
}

/** See `resizedCrop`. */
export interface ResizedCropStep {
  readonly kind: 'resized-crop';
  readonly size: number;
  readonly resize: number;
}

/** See `paddedCrop`. */
export interface PaddedCropStep {
  readonly kind: 'padded-crop';
  readonly size: number;
  readonly pad: number;
}

/** All of an image, resized to a size that is told; what shards are made with. */
export interface FixedSizeStep {
  readonly kind: 'fixed';
  readonly width: number;
  readonly height: number;
}

/** What `randomResizedCrop` can be told. */
export interface RandomResizedCropOptions {
  /** Side of the result, pixels; default 224. */
  readonly size?: number;
  /** Share of the image's area, drawn evenly; default 0.08 to 1. */
  readonly scale?: readonly [least: number, most: number];
  /** Width / height, drawn evenly in its logarithm; default 3/4 to 4/3. */
  readonly ratio?: readonly [least: number, most: number];
}

const rising = (expected: string, most: number): Option<readonly [least: number, most: number]> =>
  check(expected, (value) => {
    if (!Array.isArray(value) || value.length !== 2) return false;
    const [low, high] = value as readonly unknown[];
    return (
      number({ above: 0, max: most }).takes(high) && number({ above: 0, max: high as number }).takes(low)
    );
  });

/** The options of `randomResizedCrop`. */
export const randomResizedCropOptions = defineOptions('randomResizedCrop', imageErrors.BAD_OPTION, {
  size: whole(1).default(224),
  scale: rising('two rising numbers in (0, 1]', 1).default([0.08, 1], '0.08 to 1'),
  ratio: rising('two rising numbers above 0', Number.MAX_VALUE).default([3 / 4, 4 / 3], '3/4 to 4/3'),
} satisfies SpecOf<RandomResizedCropOptions>);

/**
 * A crop of a random share of the image and a random aspect ratio, resized to a square (Szegedy et al., "Going deeper with
 * convolutions", CVPR 2015; as torchvision's `RandomResizedCrop`, bilinear). Draws: up to ten tries of `uniform` for the
 * area and `uniform` for the ratio, and with the first that fits `integer` for the top and `integer` for the left edge; when
 * none fits, the largest middle part whose ratio is allowed. Throws `IMAGES_BAD_OPTION`.
 */
export function randomResizedCrop(options: RandomResizedCropOptions = {}): RandomResizedCropStep {
  const { size, scale, ratio } = randomResizedCropOptions.read(options);
  return { kind: 'random-resized-crop', size, scale, ratio };
}

/** What `resizedCrop` can be told. */
export interface ResizedCropOptions {
  /** Side of the result, pixels; default 224. */
  readonly size?: number;
  /** The smaller side before the crop, pixels, `size` or more; default `size · 256 / 224`, rounded: 256 for 224. */
  readonly resize?: number;
}

/** The options of `resizedCrop`. */
export const resizedCropOptions = defineOptions('resizedCrop', imageErrors.BAD_OPTION, {
  size: whole(1).default(224),
  resize: whole(1).optional('`size` · 256 / 224'),
} satisfies SpecOf<ResizedCropOptions>);

/**
 * The middle of the image after its smaller side was resized, without draws: what images are tested with (torchvision's
 * `Resize` and `CenterCrop`, bilinear). Throws `IMAGES_BAD_OPTION`.
 */
export function resizedCrop(options: ResizedCropOptions = {}): ResizedCropStep {
  const { size, resize = Math.round((size * 256) / 224) } = resizedCropOptions.read(options);
  if (resize < size) throw resizedCropOptions.refuse('resize', `a whole number of at least ${size}`, resize);
  return { kind: 'resized-crop', size, resize };
}

/** What `paddedCrop` can be told. */
export interface PaddedCropOptions {
  /** Side of the result, pixels; images of another size are resized to it first. */
  readonly size: number;
  /** Black pixels at every side; default 4. */
  readonly pad?: number;
}

/** The options of `paddedCrop`. */
export const paddedCropOptions = defineOptions('paddedCrop', imageErrors.BAD_OPTION, {
  size: whole(1),
  pad: whole().default(4),
} satisfies SpecOf<PaddedCropOptions>);

/**
 * Black padding and a random crop of the size from before, as small images are varied (CIFAR, Tiny ImageNet). Draws:
 * `integer(2 · pad + 1)` for the row offset, the same for the column offset. Throws `IMAGES_BAD_OPTION`.
 */
export function paddedCrop(options: PaddedCropOptions): PaddedCropStep {
  const { size, pad } = paddedCropOptions.read(options);
  return { kind: 'padded-crop', size, pad };
}

/** What a crop does with an image of `width` × `height` pixels; the draws are those that the crop's factory names. */
export function planCrop(
  step: CropStep | FixedSizeStep,
  width: number,
  height: number,
  random: PixelRandom,
): CropPlan {
  switch (step.kind) {
    case 'fixed':
      return { width: step.width, height: step.height };
    case 'random-resized-crop': {
      const source = drawBox(step, width, height, random);
      return { source, width: step.size, height: step.size };
    }
    case 'resized-crop':
      return planResizedCrop(step, width, height);
    case 'padded-crop': {
      const { size, pad } = step;
      const offset = () => random.integer(2 * pad + 1) - pad;
      return { width: size, height: size, ...(pad > 0 && { shift: { down: offset(), right: offset() } }) };
    }
  }
}

function drawBox(
  { scale, ratio }: RandomResizedCropStep,
  width: number,
  height: number,
  random: PixelRandom,
) {
  const between = (least: number, most: number) => least + (most - least) * random.uniform();
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = width * height * between(scale[0], scale[1]);
    const aspect = Math.exp(between(Math.log(ratio[0]), Math.log(ratio[1])));
    const w = Math.round(Math.sqrt(area * aspect));
    const h = Math.round(Math.sqrt(area / aspect));
    if (w > 0 && w <= width && h > 0 && h <= height) {
      const top = random.integer(height - h + 1);
      return { top, left: random.integer(width - w + 1), width: w, height: h };
    }
  }
  const own = width / height;
  const w = own > ratio[1] ? Math.min(width, Math.round(height * ratio[1])) : width;
  const h = own < ratio[0] ? Math.min(height, Math.round(width / ratio[0])) : height;
  return { top: Math.floor((height - h) / 2), left: Math.floor((width - w) / 2), width: w, height: h };
}

function planResizedCrop({ size, resize }: ResizedCropStep, width: number, height: number): CropPlan {
  const wide = width > height;
  const w = wide ? Math.trunc((resize * width) / height) : resize;
  const h = wide ? resize : Math.trunc((resize * height) / width);
  const target = { top: halfEven(h - size), left: halfEven(w - size), width: size, height: size };
  return { width: w, height: h, ...((w !== size || h !== size) && { target }) };
}

/** Half of a whole number, rounded to the nearest, and from the middle to the even one, as Python's `round` does. */
function halfEven(value: number): number {
  const low = Math.floor(value / 2);
  return value % 2 === 0 ? low : low + (low % 2);
}
