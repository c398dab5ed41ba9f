import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { heNormal, zeros } from '@evenkeel/trainer-core';
import type { BackboneDefinition } from '@evenkeel/trainer-core';
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
 * A backbone for texts: the mean of the embeddings of their tokens, then a dense layer with ReLU. Examples are `[tokens]`, whole
 * numbers in `0 .. vocabulary - 1` as float32; `onlyTokens` looks whether they are. Throws `TABLES_BAD_OPTION`.
 */
export function embeddingBag(options: EmbeddingBagOptions): BackboneDefinition {
  const { vocabulary, size, features } = embeddingBagOptions.read(options);
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
