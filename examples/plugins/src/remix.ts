import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BATCH_TRANSFORMS, definePlugin } from '@evenkeel/trainer-core';
import type { ClassBatch, ClassBatchContext, TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of remix. */
export interface RemixOptions {
  /** How much more frequent a class has to be for labels to lean towards the other, at least 1; default 3. */
  readonly kappa?: number;
  /** Up to which share of its image the rarer class takes the whole label, in [0, 1]; default 0.5. */
  readonly tau?: number;
}

/** The options of `remix`. */
export const remixOptions = defineOptions('remix', errors.BAD_OPTION, {
  kappa: number({ min: 1 }).default(3),
  tau: number({ min: 0, max: 1 }).default(0.5),
} satisfies SpecOf<RemixOptions>);

/**
 * Remix: images of two examples are mixed by a share that is even over [0, 1], and labels lean towards the rarer class. Throws
 * `EXAMPLE_BAD_OPTION`. Source: Chou et al., "Remix: Rebalanced Mixup", ECCV 2020 workshops, equations (3) to (5), alpha 1.
 *
 * @example
 * createTrainer({ data, model, plugins: [remix()] });
 */
export function remix(options: RemixOptions = {}): TrainerPlugin {
  const { kappa, tau } = remixOptions.read(options);
  return definePlugin({
    name: 'example-remix',
    version: '1.0.0',
    api: '^2.0',
    task: 'classification',
    description: 'mixes images, and labels towards rarer classes',
    setup({ roles }) {
      roles.contribute(BATCH_TRANSFORMS, {
        name: `remix (kappa ${kappa}, tau ${tau})`,
        transform(batch: ClassBatch, { random, classes, classCounts }: ClassBatchContext) {
          const { labels, inputs, targets } = batch;
          const rows = labels.length;
          const share = random.uniform();
          const order = random.shuffle(Int32Array.from({ length: rows }, (_, row) => row));
          const shares = Float32Array.from(labels, (label, row) =>
            labelShare(share, classCounts[label] / classCounts[labels[order[row]]], kappa, tau),
          );
          batch.inputs = mixedRows(inputs, inputs.length / rows, order, () => share);
          batch.targets = mixedRows(targets, classes, order, (row) => shares[row]);
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

/** Rows of `width` numbers, each mixed with the one that `order` names, by the share that it keeps. */
function mixedRows(
  values: Float32Array,
  width: number,
  order: Int32Array,
  shareOf: (row: number) => number,
): Float32Array {
  return values.map((value, at) => {
    const row = Math.floor(at / width);
    const share = shareOf(row);
    return share * value + (1 - share) * values[order[row] * width + (at % width)];
  });
}
