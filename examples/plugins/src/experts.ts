import { defineOptions, flag, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BACKBONE, CLASSIFIER, definePlugin, linearClassifier } from '@evenkeel/trainer-core';
import type {
  BackboneDefinition,
  ClassifierDefinition,
  ExpertLogits,
  TrainerPlugin,
} from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** Options of several experts. */
export interface ExpertsOptions {
  /** How many experts, 1 or more; default 3. */
  readonly count?: number;
  /** Whether each has a backbone, too, instead of a classifier on shared features; default false. */
  readonly backbones?: boolean;
}

/** The options of `experts`. */
export const expertsOptions = defineOptions('experts', errors.BAD_OPTION, {
  count: whole(1).default(3),
  backbones: flag().default(false),
} satisfies SpecOf<ExpertsOptions>);

/**
 * Several experts: linear classifiers on the same features, or each on those of its backbone. Logit transforms and loss apply
 * to each of them, so that logit adjustment does; metrics and predictions see the mean of their logits. With `backbones` the features
 * stand side by side, `[batch, count · features]`, and feature transforms see all of them: one that mixes columns (whitening) mixes
 * experts, and one that changes their number may end in `EXAMPLE_UNEVEN_FEATURES`. Throws `EXAMPLE_BAD_OPTION`. After Wang et al.,
 * "Long-tailed Recognition by Routing Diverse Distribution-Aware Experts", ICLR 2021, without the routing.
 *
 * @example
 * createTrainer({ data, model, plugins: [experts({ count: 3 }), logitAdjust()] });
 */
export function experts(options: ExpertsOptions = {}): TrainerPlugin {
  const { count, backbones } = expertsOptions.read(options);
  return definePlugin({
    name: 'example-experts',
    version: '1.0.0',
    api: '^2.0',
    description: `${count} linear classifiers${backbones ? ' and backbones' : ''}, each with its own loss`,
    setup({ roles }) {
      if (backbones) roles.decorate(BACKBONE, (inner) => expertBackbone(inner, count));
      roles.provide(CLASSIFIER, expertClassifier(count, backbones));
    },
  });
}

/** `count` backbones in scopes `expert0`, `expert1`, …; their features side by side, `[batch, count · features]`. */
export function expertBackbone(inner: BackboneDefinition, count: number): BackboneDefinition {
  return {
    name: `${count} x ${inner.name}`,
    build(scope, exampleShape) {
      const parts = Array.from({ length: count }, (_, at) =>
        inner.build(scope.child(`expert${at}`), exampleShape),
      );
      return {
        outputSize: parts.reduce((sum, { outputSize }) => sum + outputSize, 0),
        apply: (inputs, context) =>
          tf.concat(
            parts.map((part) => part.apply(inputs, context)),
            1,
          ),
      };
    },
  };
}

/**
 * `count` linear classifiers, in scopes `expert0`, `expert1`, …; together they say the mean of their logits. Each sees all
 * features or, `apart`, its share of them. Throws `EXAMPLE_UNEVEN_FEATURES` when they cannot be shared out.
 */
export function expertClassifier(count: number, apart = false): ClassifierDefinition<ExpertLogits> {
  return {
    name: `${count} linear experts${apart ? ', each on its own features' : ''}`,
    build(scope, features, outputs) {
      if (apart && features % count !== 0) throw errors.UNEVEN_FEATURES({ count, features });
      const width = apart ? features / count : features;
      const parts = Array.from({ length: count }, (_, at) =>
        linearClassifier().build(scope.child(`expert${at}`), width, outputs),
      );
      return {
        outputSize: outputs,
        apply(input, context) {
          const inputs = apart ? tf.split<Tensor2D>(input, count, 1) : parts.map(() => input);
          const experts = parts.map((part, at) => part.apply(inputs[at], context) as Tensor2D);
          return { experts, logits: tf.div(tf.addN(experts), count) };
        },
      };
    },
  };
}
