import type { RandomStream } from '@evenkeel/trainer-core';

/** One image as bytes. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** 0 .. 255, `[height, width, channels]`, flat; of exactly that length. */
  readonly pixels: Uint8Array;
}

/** The draws that a transform of one image may make. */
export type PixelRandom = Pick<RandomStream, 'uint32' | 'uniform' | 'integer'>;

/** Changes the bytes of one image in place, before the normalisation; every draw from `random` (AutoAugment, RandAugment ...). */
export interface PixelTransform {
  readonly name: string;
  apply(image: PixelImage, random: PixelRandom): void;
}
