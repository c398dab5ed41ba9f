import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { CLASSIFIER, definePlugin, linearClassifier } from '@evenkeel/trainer-core';
import type { ClassifierDefinition, ExpertLogits, TrainerPlugin } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** Options of several experts. */
export interface ExpertsOptions {
  /** How many classifiers, 1 or more; default 3. */
  readonly count?: number;
}

/** The options of `experts`. */
export const expertsOptions = defineOptions('experts', errors.BAD_OPTION, {
  count: whole(1).default(3),
} satisfies SpecOf<ExpertsOptions>);

/**
 * Several linear classifiers on the same features: logit transforms and loss apply to each of them, so that logit adjustment
 * does; metrics and predictions see the mean of their logits. Throws `EXAMPLE_BAD_OPTION`. After Wang et al., "Long-tailed
 * Recognition by Routing Diverse Distribution-Aware Experts", ICLR 2021, without the routing.
 *
 * @example
 * createTrainer({ data, model, plugins: [experts({ count: 3 }), logitAdjust()] });
 */
export function experts(options: ExpertsOptions = {}): TrainerPlugin {
  const { count } = expertsOptions.read(options);
  return definePlugin({
    name: 'example-experts',
    version: '1.0.0',
    api: '^2.0',
    description: `${count} linear classifiers, each with its own loss`,
    setup: ({ roles }) => roles.provide(CLASSIFIER, expertClassifier(count)),
  });
}

/** `count` linear classifiers, in scopes `expert0`, `expert1`, …; together they say the mean of their logits. */
export function expertClassifier(count: number): ClassifierDefinition<ExpertLogits> {
  return {
    name: `${count} linear experts`,
    build(scope, features, outputs) {
      const parts = Array.from({ length: count }, (_, at) =>
        linearClassifier().build(scope.child(`expert${at}`), features, outputs),
      );
      return {
        outputSize: outputs,
        apply(input, context) {
          const experts = parts.map((part) => part.apply(input, context) as Tensor2D);
          return { experts, logits: tf.div(tf.addN(experts), count) };
        },
      };
    },
  };
}
