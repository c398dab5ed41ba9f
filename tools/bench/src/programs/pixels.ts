import { fromArrays } from '@evenkeel/datasets-lt';
import { createRandom } from '@evenkeel/trainer-core';
import type { ClassDataset } from '@evenkeel/trainer-core';

/** A data set of random pixels, `[32, 32, 3]` unless said otherwise, its classes in turn; the same at every call. */
export function pixels(
  images: number,
  options: { augment?: boolean; side?: number; channels?: number } = {},
): ClassDataset {
  const { augment = false, side = 32, channels = 3 } = options;
  const random = createRandom(1, 'pixels');
  const bytes = Uint8Array.from({ length: images * side * side * channels }, () => random.integer(256));
  const labels = Int32Array.from({ length: images }, (_, i) => i % 10);
  const part = { images: bytes, labels };
  const classNames = Array.from({ length: 10 }, (_, label) => `class ${label}`);
  return fromArrays({
    name: 'pixels',
    exampleShape: [side, side, channels],
    classNames,
    train: part,
    test: part,
    augment,
  });
}
