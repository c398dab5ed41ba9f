import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BATCH_TRANSFORMS, definePlugin } from '@evenkeel/trainer-core';
import type { HostBatch, RandomStream, TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of mixup. */
export interface MixupOptions {
  /** α of the Beta(α, α) distribution that shares are drawn from, in [0.05, 2]; default 0.2. Small: mostly near 0 or 1. */
  readonly alpha?: number;
}

/** The options of `mixup`. */
export const mixupOptions = defineOptions('mixup', errors.BAD_OPTION, {
  alpha: number({ min: 0.05, max: 2 }).default(0.2),
} satisfies SpecOf<MixupOptions>);

/**
 * Mixup: every image becomes λ of itself and 1 − λ of another of its batch, its target likewise, with one λ ~ Beta(α, α)
 * per batch. Throws `EXAMPLE_BAD_OPTION`. Source: Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.
 *
 * @example
 * createTrainer({ data, model, plugins: [mixup({ alpha: 0.4 })] });
 */
export function mixup(options: MixupOptions = {}): TrainerPlugin {
  const { alpha } = mixupOptions.read(options);
  return definePlugin({
    name: 'example-mixup',
    version: '1.0.0',
    api: '^2.0',
    description: `mixes the images of a batch, shares from Beta(${alpha}, ${alpha})`,
    setup({ roles }) {
      roles.contribute(BATCH_TRANSFORMS, {
        name: 'mixup',
        transform(batch, { random }) {
          const partners = random.shuffle(batch.indices.map((_, row) => row));
          mix(batch, partners, drawShare(alpha, random));
        },
      });
    },
  });
}

/** Mixes row i with row `partners[i]`: `share` of the one, 1 − `share` of the other, in images and targets. */
export function mix(batch: HostBatch, partners: Int32Array, share: number): void {
  batch.inputs = mixRows(batch.inputs, partners, share);
  batch.targets = mixRows(batch.targets, partners, share);
}

function mixRows(rows: Float32Array, partners: Int32Array, share: number): Float32Array {
  const width = rows.length / partners.length;
  return rows.map((value, at) => {
    const row = Math.floor(at / width);
    return share * value + (1 - share) * rows[at + (partners[row] - row) * width];
  });
}

/** One draw of Beta(α, α), by Jöhnk's method: exact, and quick as long as α is small. */
export function drawShare(alpha: number, random: RandomStream): number {
  for (;;) {
    const [x, y] = [random.uniform() ** (1 / alpha), random.uniform() ** (1 / alpha)];
    if (x + y <= 1 && x + y > 0) return x / (x + y);
  }
}
