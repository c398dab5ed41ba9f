import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BATCH_TRANSFORMS, definePlugin } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of the look at tokens. */
export interface OnlyTokensOptions {
  /** Number of tokens, 1 .. 2^24. */
  readonly vocabulary: number;
}

/** The options of `onlyTokens`. */
export const onlyTokensOptions = defineOptions('onlyTokens', errors.BAD_OPTION, {
  vocabulary: whole(1, 2 ** 24),
} satisfies SpecOf<OnlyTokensOptions>);

/**
 * Looks whether every training batch is made of tokens, whole numbers in `0 .. vocabulary - 1`, when the other transforms are done:
 * one that mixes numbers would make other tokens of them in silence. It changes nothing. Throws `TABLES_BAD_OPTION`, while it runs
 * `TABLES_NO_TOKEN`.
 *
 * @example
 * createTrainer({ data, model: embeddingBag({ vocabulary: 1000 }), plugins: [onlyTokens({ vocabulary: 1000 })] });
 */
export function onlyTokens(options: OnlyTokensOptions): TrainerPlugin {
  const { vocabulary } = onlyTokensOptions.read(options);
  const isToken = (value: number) => Number.isInteger(value) && value >= 0 && value < vocabulary;
  return definePlugin({
    name: 'example-only-tokens',
    version: '1.0.0',
    api: '^2.0',
    order: 'post', // looks at what the other transforms leave
    description: `batches have tokens in 0 .. ${vocabulary - 1}`,
    setup({ roles }) {
      roles.contribute(
        BATCH_TRANSFORMS,
        {
          name: 'only tokens',
          rowwise: true,
          transform({ inputs, indices }) {
            const wrong = inputs.findIndex((value) => !isToken(value));
            if (wrong < 0) return;
            const row = Math.floor((wrong * indices.length) / inputs.length);
            throw errors.NO_TOKEN({ row, vocabulary, received: inputs[wrong] });
          },
        },
        { identity: false },
      );
    },
  });
}
