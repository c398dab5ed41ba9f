import type { PixelRandom, PixelTransform } from '@evenkeel/datasets-lt';

/** A step on the bytes of an image that a decoding thread can make again from its kind and its options. */
export interface PixelStep extends PixelTransform {
  readonly kind: 'flip' | 'color-jitter' | 'rand-augment' | 'auto-augment';
  /** Plain data. */
  readonly options: object;
  /** Of a step that only mirrors: whether `apply` would, by the same draws. */
  readonly mirrors?: (random: PixelRandom) => boolean;
}
