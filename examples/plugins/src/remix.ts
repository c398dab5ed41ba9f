import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BATCH_TRANSFORMS, definePlugin, drawBeta, mixedRows } from '@evenkeel/trainer-core';
import type { ClassBatch, ClassBatchContext, TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of remix. */
export interface RemixOptions {
  /** α of the Beta distribution that the share of the first image is drawn from, in [0.01, 4]; default 1: even over [0, 1]. */
  readonly alpha?: number;
  /** How much more frequent a class has to be for labels to lean towards the other, at least 1; default 3. */
  readonly kappa?: number;
  /** Up to which share of its image the rarer class takes the whole label, in [0, 1]; default 0.5. */
  readonly tau?: number;
}

/** The options of `remix`. */
export const remixOptions = defineOptions('remix', errors.BAD_OPTION, {
  alpha: number({ min: 0.01, max: 4 }).default(1),
  kappa: number({ min: 1 }).default(3),
  tau: number({ min: 0, max: 1 }).default(0.5),
} satisfies SpecOf<RemixOptions>);

/**
 * Remix: examples are mixed in pairs by a share from Beta(α, α), one for each batch, and labels lean towards the rarer class. Throws
 * `EXAMPLE_BAD_OPTION`. Source: Chou et al., "Remix: Rebalanced Mixup", ECCV 2020 workshops, equations (3) to (5).
 *
 * @example
 * createTrainer({ data, model, plugins: [remix()] });
 */
export function remix(options: RemixOptions = {}): TrainerPlugin {
  const { alpha, kappa, tau } = remixOptions.read(options);
  return definePlugin({
    name: 'example-remix',
    version: '1.0.0',
    api: '^2.0',
    task: 'classification',
    after: ['@evenkeel/trainer-core/mixup'],
    description: `mixes examples by Beta(${alpha}, ${alpha}), and labels towards rarer classes`,
    setup({ roles }) {
      roles.contribute(BATCH_TRANSFORMS, {
        name: `remix (alpha ${alpha}, kappa ${kappa}, tau ${tau})`,
        transform(batch: ClassBatch, { random, classCounts }: ClassBatchContext) {
          const { labels, inputs, targets } = batch;
          const share = drawBeta(alpha, random);
          const partners = random.shuffle(Int32Array.from(labels.keys()));
          const ratioOf = (row: number) => classCounts[labels[row]] / classCounts[labels[partners[row]]];
          batch.inputs = mixedRows(inputs, partners, () => share);
          batch.targets = mixedRows(targets, partners, (row) => labelShare(share, ratioOf(row), kappa, tau));
        },
      });
    },
  });
}

/** How much of the label the first example keeps whose class is `ratio` times as frequent as the other's. */
export function labelShare(share: number, ratio: number, kappa: number, tau: number): number {
  if (ratio >= kappa && share < tau) return 0;
  if (ratio <= 1 / kappa && 1 - share < tau) return 1;
  return share;
}
