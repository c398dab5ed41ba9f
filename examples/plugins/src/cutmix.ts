import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BATCH_TRANSFORMS, definePlugin, drawBeta, mixedRows } from '@evenkeel/trainer-core';
import type { BatchTransformContext, HostBatch, TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of cutmix. */
export interface CutmixOptions {
  /** α of the Beta distribution that the share of the first image is drawn from, in [0.01, 4]; default 1: even over [0, 1]. */
  readonly alpha?: number;
  /** Which share of the batches is mixed, in [0, 1]; default 0.5, the authors' for CIFAR (1 for ImageNet). */
  readonly probability?: number;
}

/** The options of `cutmix`. */
export const cutmixOptions = defineOptions('cutmix', errors.BAD_OPTION, {
  alpha: number({ min: 0.01, max: 4 }).default(1),
  probability: number({ min: 0, max: 1 }).default(0.5),
} satisfies SpecOf<CutmixOptions>);

/**
 * CutMix: a box of every training image `[height, width, channels]` comes from another image of the batch, at the same place, and
 * targets are mixed by area. One box for each batch. With `probability` 0 it does nothing. Throws `EXAMPLE_BAD_OPTION`, while it runs
 * also for examples that are not images. Source: Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with
 * Localizable Features", ICCV 2019, equations (1) and (2).
 *
 * @example
 * createTrainer({ data, model, plugins: [cutmix({ probability: 1 })] });
 */
export function cutmix(options: CutmixOptions = {}): TrainerPlugin {
  const { alpha, probability } = cutmixOptions.read(options);
  return definePlugin({
    name: 'example-cutmix',
    version: '1.0.0',
    api: '^2.0',
    after: ['@evenkeel/trainer-core/mixup', 'example-remix'], // whichever order the list has: with both, another run
    description: `a box of the images of every batch comes from another image, with probability ${probability}`,
    setup({ roles }) {
      if (probability === 0) return;
      roles.contribute(BATCH_TRANSFORMS, {
        name: `cutmix (alpha ${alpha}, probability ${probability})`,
        transform(batch: HostBatch, context: BatchTransformContext) {
          const { random, exampleShape } = context;
          if (exampleShape.length !== 3) {
            const expected = 'examples of shape [height, width, channels]';
            throw errors.BAD_OPTION({ where: 'cutmix', option: 'data', expected, received: exampleShape });
          }
          if (random.uniform() >= probability) return;
          const [height, width] = exampleShape;
          const share = drawBeta(alpha, random);
          const box = boxOf(height, width, share, random.integer(height), random.integer(width));
          mix(batch, exampleShape, box, random.shuffle(Int32Array.from(batch.indices.keys())));
        },
      });
    },
  });
}

/** Rows `top` to `bottom` and columns `left` to `right` of an image, the last ones not included. */
export interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * The box around a centre that takes 1 − `share` of an image, both sides shortened alike and rounded down; what reaches over the border is
 * cut off.
 */
export function boxOf(height: number, width: number, share: number, y: number, x: number): Box {
  const [rows, columns] = [height, width].map((side) => Math.floor(side * Math.sqrt(1 - share)));
  const [top, left] = [y - Math.floor(rows / 2), x - Math.floor(columns / 2)];
  return {
    top: Math.max(top, 0),
    bottom: Math.min(top + rows, height),
    left: Math.max(left, 0),
    right: Math.min(left + columns, width),
  };
}

/** Puts the partners' boxes into new inputs, and mixes targets by the area that is left. */
function mix(
  batch: HostBatch,
  [height, width, channels]: readonly number[],
  { top, bottom, left, right }: Box,
  partners: Int32Array,
): void {
  const { inputs, targets } = batch;
  const mixed = inputs.slice();
  partners.forEach((partner, row) => {
    for (let y = top; y < bottom; y++) {
      const [to, from] = [row, partner].map((image) => (image * height + y) * width);
      mixed.set(inputs.subarray((from + left) * channels, (from + right) * channels), (to + left) * channels);
    }
  });
  // What was cut off at the border counts as the image's own: the share is that of the pixels.
  const share = 1 - ((bottom - top) * (right - left)) / (height * width);
  batch.inputs = mixed;
  batch.targets = mixedRows(targets, partners, () => share);
}
