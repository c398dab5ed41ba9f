import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BATCH_TRANSFORMS } from '../roles/core-roles.js';
import type { BatchTransformContext, HostBatch } from '../contract/dataset.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import { optionErrors } from '../errors/option-errors.js';
import { drawBeta } from '../random/draw-beta.js';
import { version } from '../contract/version.js';
import { mixedRows } from './mixed-rows.js';

/** How examples are mixed. */
export interface MixupOptions {
  /** α of the Beta distribution that the weight is drawn from, in [0.01, 4]; default 1, MiSLAS's for CIFAR (0.2 for ImageNet-LT). */
  readonly alpha?: number;
}

/** The options of `mixup`. */
export const mixupOptions = defineOptions('mixup', optionErrors.BAD_VALUE, {
  alpha: number({ min: 0.01, max: 4 }).default(1),
} satisfies SpecOf<MixupOptions>);

/**
 * Mixup: every training example becomes λ·x + (1 − λ)·x′, its target λ·y + (1 − λ)·y′, with x′ another example of the same batch
 * and one λ ~ Beta(α, α) for each batch. Throws TRAINER_OPTION_BAD_VALUE. Source: Zhang et al., "mixup: Beyond Empirical Risk
 * Minimization", ICLR 2018, and its code.
 *
 * @example
 * createTrainer({ data, model, plugins: [mixup({ alpha: 1 })] });
 */
export function mixup(options: MixupOptions = {}): TrainerPlugin {
  const { alpha } = mixupOptions.read(options);
  return definePlugin({
    name: '@evenkeel/trainer-core/mixup',
    version,
    api: '^2.0',
    description: `training examples and targets mixed in pairs, weight from Beta(${alpha}, ${alpha})`,
    setup({ roles }) {
      const transform = (batch: HostBatch, context: BatchTransformContext) => mix(batch, alpha, context);
      roles.contribute(BATCH_TRANSFORMS, { name: `mixup (${alpha})`, transform });
    },
  });
}

function mix(batch: HostBatch, alpha: number, { random }: BatchTransformContext): void {
  const { inputs, targets, indices } = batch;
  const share = drawBeta(alpha, random);
  const partners = random.shuffle(Int32Array.from(indices.keys()));
  batch.inputs = mixedRows(inputs, partners, () => share);
  batch.targets = mixedRows(targets, partners, () => share);
}
