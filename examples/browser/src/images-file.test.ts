import { fashionMnistLT } from '@evenkeel/datasets-lt';
import { createRandom } from '@evenkeel/trainer-core';
import { describe, expect, it } from 'vitest';
import { fashionImages } from './fashion-images.js';
import { unpackImages } from './images-file.js';

describe('the file of images', () => {
  it('holds the images that the reader of Node gives, to the bit and with the same augmentation', async () => {
    const whole = await fashionMnistLT({ limit: 120 }).load();
    const packed = unpackImages(await fashionImages({ train: 120, testPerClass: 3 }));
    expect(packed).toMatchObject({
      classNames: whole.classNames,
      classCounts: whole.classCounts,
      shotGroups: whole.shotGroups,
    });
    expect(packed.test.size).toBe(30);
    expect(packed.test.labels.filter((label) => label === 7)).toHaveLength(3);
    const read = ({ train }: Pick<typeof packed, 'train'>, augment: boolean) => {
      const into = new Float32Array(train.size * 28 * 28);
      void train.read(
        Int32Array.from(train.labels.keys()),
        into,
        augment ? (row) => createRandom(1, `images/${row}`) : undefined,
      );
      return into;
    };
    for (const augment of [false, true]) expect(read(packed, augment)).toEqual(read(whole, augment));
  });
});
