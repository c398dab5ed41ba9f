import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BACKBONE, BATCH_TRANSFORMS, definePlugin, heNormal, zeros } from '@evenkeel/trainer-core';
import type { BackboneDefinition, TrainerPlugin } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** Options of a bag of embeddings. */
export interface EmbeddingBagOptions {
  /** Number of tokens, 1 .. 2^24: float32, in which inputs are, holds every whole number up to there. */
  readonly vocabulary: number;
  /** Width of an embedding; default 32. */
  readonly size?: number;
  /** Number of features; default 64. */
  readonly features?: number;
}

/** The options of `embeddingBag`. */
export const embeddingBagOptions = defineOptions('embeddingBag', errors.BAD_OPTION, {
  vocabulary: whole(1, 2 ** 24),
  size: whole(1).default(32),
  features: whole(1).default(64),
} satisfies SpecOf<EmbeddingBagOptions>);

/**
 * Texts of tokens: the mean of their embeddings, then a dense layer with ReLU. Examples are `[tokens]`, whole numbers in
 * `0 .. vocabulary - 1` as float32. It is a plugin, since it also looks at every training batch: a transform that mixes
 * numbers would make other tokens of them. Throws `TABLES_BAD_OPTION`, while it runs also `TABLES_NO_TOKEN`.
 *
 * @example
 * createTrainer({ data, plugins: [embeddingBag({ vocabulary: 1000 })], batchSize: 32 });
 */
export function embeddingBag(options: EmbeddingBagOptions): TrainerPlugin {
  const { vocabulary, size, features } = embeddingBagOptions.read(options);
  return definePlugin({
    name: 'example-embedding-bag',
    version: '1.0.0',
    api: '^2.0',
    order: 'post', // looks at what the other transforms leave
    description: `${vocabulary} embeddings of ${size}`,
    setup({ roles }) {
      roles.provide(BACKBONE, backbone(vocabulary, size, features));
      roles.contribute(
        BATCH_TRANSFORMS,
        {
          name: 'tokens',
          rowwise: true,
          transform({ inputs, indices }) {
            const wrong = inputs.findIndex(
              (token) => !(Number.isInteger(token) && token >= 0 && token < vocabulary),
            );
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

function backbone(vocabulary: number, size: number, features: number): BackboneDefinition {
  return {
    name: `bag of ${vocabulary} embeddings (${size}, ${features})`,
    build(scope) {
      const embeddings = scope.weight('embeddings', [vocabulary, size], heNormal());
      const kernel = scope.weight('kernel', [size, features], heNormal());
      const bias = scope.weight('bias', [features], zeros(), { decay: false });
      return {
        outputSize: features,
        apply(tokens) {
          const rows = tf.gather(embeddings, tf.cast(tokens, 'int32')); // [batch, tokens, size]
          const mean = tf.mean<Tensor2D>(rows, 1);
          return tf.relu<Tensor2D>(tf.add(tf.matMul(mean, kernel as Tensor2D), bias));
        },
      };
    },
  };
}
