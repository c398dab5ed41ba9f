import type { CropStep } from './crops.js';
import type { PixelStep } from './pixel-step.js';

/**
 * What becomes of an image before its normalisation: first how it is cut to its size, then what changes its pixels. A function of
 * your own cannot cross threads: write a `BatchTransform`.
 */
export type Transforms = readonly [CropStep, ...PixelStep[]];
