import { defineOptions, number, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { AUXILIARY_LOSSES, BACKBONE, definePlugin, filled, heNormal } from '@evenkeel/trainer-core';
import type {
  BackboneDefinition,
  ClassificationContext,
  TrainerPlugin,
  VariableScope,
} from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';
import { unitRows } from './supervised-contrast.js';

/** Options of momentum contrast. */
export interface MomentumContrastOptions {
  /** Features of earlier batches that are kept to compare with, 1 or more; default 1024. */
  readonly queue?: number;
  /** How slowly the second backbone follows, in [0, 1); default 0.999. */
  readonly momentum?: number;
  /** What similarities are divided by, above 0; default 0.2. */
  readonly temperature?: number;
  /** Factor of the term beside the loss, 0 or more; default 1. */
  readonly weight?: number;
}

/** The options of `momentumContrast`. */
export const momentumContrastOptions = defineOptions('momentumContrast', errors.BAD_OPTION, {
  queue: whole(1).default(1024),
  momentum: number({ min: 0, below: 1 }).default(0.999),
  temperature: number({ above: 0 }).default(0.2),
  weight: number({ min: 0 }).default(1),
} satisfies SpecOf<MomentumContrastOptions>);

/**
 * Momentum contrast with labels: a second backbone follows the first one, and features of the first are drawn to the second's of
 * the same class, in this batch and in a queue of earlier ones. Second backbone and queue are statistics of an auxiliary loss:
 * saved, never trained, and no part of an exported network. With `weight` 0 it does nothing. Throws `EXAMPLE_BAD_OPTION`. After
 * He et al., "Momentum Contrast", CVPR 2020, with the positives of Khosla et al., NeurIPS 2020.
 *
 * @example
 * createTrainer({ data, model, plugins: [momentumContrast({ queue: 4096 })] });
 */
export function momentumContrast(options: MomentumContrastOptions = {}): TrainerPlugin {
  const settings = momentumContrastOptions.read(options);
  const { queue, momentum, temperature, weight } = settings;
  return definePlugin({
    name: 'example-momentum-contrast',
    version: '1.0.0',
    api: '^2.0',
    task: 'classification',
    description: `contrast with a slow backbone and ${queue} earlier features, weight ${weight}`,
    setup({ roles }) {
      if (weight === 0) return;
      // What the second backbone is built from, and whom it follows: known once the first one is built.
      let definition: BackboneDefinition | undefined;
      const followed = new Map<string, Variable>();
      roles.decorate(BACKBONE, (inner) => {
        definition = inner;
        return {
          name: inner.name,
          build(scope, shape) {
            followed.clear();
            return inner.build(noting(scope, '', followed), shape);
          },
        };
      });
      roles.contribute(AUXILIARY_LOSSES, {
        name: 'momentum-contrast',
        settings: { queue, momentum, temperature, weight },
        build(scope, { exampleShape, raw }) {
          const followers = new Map<Variable, Variable>();
          const own = following(scope.child('slow'), '', followed, followers);
          const slow = definition!.build(own, exampleShape);
          const bank = scope.statistic('queue', [queue, raw], heNormal()) as Tensor as Tensor2D;
          const bankLabels = scope.statistic('queue-labels', [queue], filled(-1)); // nobody's
          return {
            loss({ inputs, raw: features }, context: ClassificationContext) {
              const keys = unitRows(slow.apply(inputs, context));
              const labels = tf.cast(context.labels, 'float32');
              const all = tf.concat([keys, bank]);
              const allLabels = tf.concat([labels, bankLabels as Tensor as Tensor1D]);
              context.update(bank as Tensor as Variable, tf.slice(all, [0, 0], [queue, raw]));
              context.update(bankLabels, tf.slice(allLabels, [0], [queue]));
              for (const [follower, variable] of followers) {
                const next = tf.add(tf.mul(follower, momentum), tf.mul(variable, 1 - momentum));
                context.update(follower, next);
              }
              const similarity = tf.matMul(unitRows(features), all, false, true);
              const logs = tf.logSoftmax(tf.div<Tensor2D>(similarity, temperature));
              const alike = tf.equal(tf.expandDims(labels, 1), tf.expandDims(allLabels, 0));
              const partners = tf.cast(alike, 'float32');
              const rows = tf.div(tf.sum(tf.mul(partners, logs), 1), tf.sum(partners, 1));
              return tf.mul<Scalar>(-weight, tf.mean(rows));
            },
          };
        },
      });
    },
  });
}

/** A scope that notes the weights that are made in it, by their path from `at`. */
function noting(scope: VariableScope, at: string, noted: Map<string, Variable>): VariableScope {
  return {
    ...scope,
    child: (name) => noting(scope.child(name), `${at}${name}/`, noted),
    weight(name, ...rest) {
      const variable = scope.weight(name, ...rest);
      noted.set(at + name, variable);
      return variable;
    },
  };
}

/** A scope whose weights are statistics that begin where the followed ones are. */
function following(
  scope: VariableScope,
  at: string,
  followed: ReadonlyMap<string, Variable>,
  followers: Map<Variable, Variable>,
): VariableScope {
  return {
    ...scope,
    child: (name) => following(scope.child(name), `${at}${name}/`, followed, followers),
    weight(name, shape) {
      const variable = followed.get(at + name)!;
      const values = variable.dataSync<'float32'>();
      const follower = scope.statistic(name, shape, () => values.slice());
      followers.set(follower, variable);
      return follower;
    },
  };
}
