import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BATCH_TRANSFORMS } from '../roles/core-roles.js';
import type { BatchTransformContext, HostBatch } from '../contract/dataset.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import { optionErrors } from '../errors/option-errors.js';
import { version } from '../contract/version.js';

/** How images are cut out. */
export interface CutoutOptions {
  /** Side of the square, pixels; default 16, the authors' for CIFAR-10 and that of the published long-tailed recipes. */
  readonly size?: number;
}

/** The options of `cutout`. */
export const cutoutOptions = defineOptions('cutout', optionErrors.BAD_VALUE, {
  size: whole(1).default(16),
} satisfies SpecOf<CutoutOptions>);

/**
 * Cutout: a square of every training image `[height, width, channels]` becomes 0, the mean of normalised pixels. Its centre is
 * any pixel, so that it may reach over the border. Throws TRAINER_OPTION_BAD_VALUE, while it runs also for examples that are
 * not images. Source: DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", 2017.
 *
 * @example
 * createTrainer({ data, model, plugins: [cutout({ size: 16 })] });
 */
export function cutout(options: CutoutOptions = {}): TrainerPlugin {
  const { size } = cutoutOptions.read(options);
  return definePlugin({
    name: '@evenkeel/trainer-core/cutout',
    version,
    api: '^2.0',
    description: `a square of ${size} x ${size} pixels of every training image becomes 0`,
    setup({ roles }) {
      const transform = (batch: HostBatch, context: BatchTransformContext) => cutOut(batch, size, context);
      roles.contribute(BATCH_TRANSFORMS, { name: `cutout (${size})`, rowwise: true, transform });
    },
  });
}

function cutOut({ inputs, indices }: HostBatch, size: number, context: BatchTransformContext): void {
  const { randomOf, exampleShape } = context;
  if (exampleShape.length !== 3) {
    const expected = 'examples of shape [height, width, channels]';
    throw optionErrors.BAD_VALUE({ where: 'cutout', option: 'data', expected, received: exampleShape });
  }
  const [height, width, channels] = exampleShape;
  for (let row = 0; row < indices.length; row++) {
    const random = randomOf(row);
    const [top, left] = [random.integer(height), random.integer(width)].map((c) => c - Math.floor(size / 2));
    const [from, to] = [Math.max(left, 0), Math.min(left + size, width)];
    for (let y = Math.max(top, 0); y < Math.min(top + size, height); y++) {
      const line = (row * height + y) * width;
      inputs.fill(0, (line + from) * channels, (line + to) * channels);
    }
  }
}
