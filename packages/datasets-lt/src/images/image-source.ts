import { defineOptions, flag, list, number, object, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { ExampleSource, RandomOfRow } from '@evenkeel/trainer-core';
import { errors } from '../errors.js';
import type { Augmentation } from './augmentation.js';
import { bytes, imageShape, labels, perChannel } from './image-arrays.js';
import type { PixelRandom } from './pixel-transform.js';

/** What an `ImageSource` holds; the arrays are kept, not copied. */
export interface ImageSourceOptions {
  /** Pixels 0 .. 255, `[images, height, width, channels]`, flat. */
  readonly pixels: Uint8Array;
  /** `[images]`. */
  readonly labels: Int32Array;
  /** `[height, width, channels]`. */
  readonly exampleShape: readonly [height: number, width: number, channels: number];
  /** Subtracted after the pixels are scaled to 0 .. 1, `[channels]`. */
  readonly mean: readonly number[];
  /** Divides what is left, `[channels]`, each above 0. */
  readonly std: readonly number[];
  /** Applied by reads that get random streams; default: none. */
  readonly augment?: Augmentation;
}

/** The options of `ImageSource`. */
export const imageSourceOptions = defineOptions('ImageSource', errors.BAD_OPTION, {
  pixels: bytes,
  labels,
  exampleShape: imageShape,
  mean: perChannel,
  std: list(number({ above: 0 })),
  augment: object({ pad: whole(), flip: flag() }).optional(),
} satisfies SpecOf<ImageSourceOptions>);

/**
 * Images in memory as bytes; crop, flip and normalisation happen in one pass while a batch is written.
 *
 * Draws per image, from the stream of its row: the crop's row offset and column offset, `integer(2 · pad + 1)` each, when
 * `pad > 0`; then the mirror, `integer(2)`, when `flip` is on; then what the transforms of `pixels` draw. Padding is black
 * before the normalisation, and the crop is taken before it is mirrored. Throws `DATASETS_ARRAY_LENGTH` and `DATASETS_BAD_OPTION` when arrays do not fit together.
 */
export class ImageSource implements ExampleSource {
  readonly size: number;
  readonly labels: Int32Array;
  readonly exampleShape: readonly [height: number, width: number, channels: number];
  readonly #pixels: Uint8Array;
  readonly #augment: Augmentation | undefined;
  /** Normalised value of every byte, channel after channel: `[channels, 256]`. */
  readonly #table: Float32Array;
  /** Every byte as it is, in the layout of `#table`. */
  readonly #identity: Uint8Array;

  constructor(options: ImageSourceOptions) {
    const { pixels, labels, exampleShape, mean, std, augment } = imageSourceOptions.read(options);
    const [height, width, channels] = exampleShape;
    expectLength('pixels', pixels.length, labels.length * height * width * channels);
    expectLength('mean', mean.length, channels);
    expectLength('std', std.length, channels);
    this.size = labels.length;
    this.labels = labels;
    this.exampleShape = exampleShape;
    this.#pixels = pixels;
    this.#augment = augment;
    this.#table = new Float32Array(channels * 256);
    this.#table.forEach((_, i, table) => {
      const channel = i >> 8;
      table[i] = ((i & 255) / 255 - mean[channel]) / std[channel];
    });
    this.#identity = Uint8Array.from(this.#table, (_, i) => i & 255);
  }

  /**
   * Writes the images at `indices`, `[batch, height, width, channels]`, into `into`; augmented when `randomOf` is given.
   * Throws `DATASETS_ARRAY_LENGTH` or `DATASETS_INDEX_RANGE`.
   */
  read(indices: Int32Array, into: Float32Array, randomOf?: RandomOfRow): void {
    const [height, width, channels] = this.exampleShape;
    const length = height * width * channels;
    expectLength('into', into.length, indices.length * length);
    const augment = randomOf && this.#augment;
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i];
      if (!(index >= 0 && index < this.size)) {
        throw errors.INDEX_RANGE({ size: this.size, received: index });
      }
      let down = 0;
      let right = 0;
      let mirror = false;
      const random = augment && randomOf(i);
      if (augment && random) {
        if (augment.pad > 0) {
          down = random.integer(2 * augment.pad + 1) - augment.pad;
          right = random.integer(2 * augment.pad + 1) - augment.pad;
        }
        mirror = augment.flip && random.integer(2) === 1;
      }
      const target = into.subarray(i * length, (i + 1) * length);
      if (augment?.pixels?.length && random) {
        const bytes = new Uint8Array(length);
        this.#write(this.#identity, index * length, bytes, down, right, mirror);
        this.#transform(augment, bytes, random);
        for (let k = 0; k < length; k++) target[k] = this.#table[((k % channels) << 8) + bytes[k]];
      } else {
        this.#write(this.#table, index * length, target, down, right, mirror);
      }
    }
  }

  #transform({ pixels: transforms = [] }: Augmentation, pixels: Uint8Array, random: PixelRandom): void {
    const [height, width, channels] = this.exampleShape;
    for (const transform of transforms) transform.apply({ width, height, channels, pixels }, random);
  }

  /** Writes one image, shifted so that place (y, x) shows pixel (y + down, x + right), then mirrored; each byte as `table` says. */
  #write<Values extends Uint8Array | Float32Array>(
    table: Values,
    from: number,
    into: Values,
    down: number,
    right: number,
    mirror: boolean,
  ): void {
    const [height, width, channels] = this.exampleShape;
    const pixels = this.#pixels;
    const step = mirror ? -channels : channels;
    for (let y = 0; y < height; y++) {
      const row = y + down;
      let place = (y * width + (mirror ? width - 1 : 0)) * channels;
      const rowIsInside = row >= 0 && row < height;
      let at = from + (row * width + right) * channels;
      for (let x = 0; x < width; x++, place += step, at += channels) {
        const inside = rowIsInside && x + right >= 0 && x + right < width;
        for (let channel = 0; channel < channels; channel++) {
          into[place + channel] = table[(channel << 8) + (inside ? pixels[at + channel] : 0)];
        }
      }
    }
  }
}

function expectLength(name: string, received: number, expected: number): void {
  if (received !== expected) throw errors.ARRAY_LENGTH({ name, expected, received });
}
