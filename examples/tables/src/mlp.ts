import { defineOptions, list, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { heNormal, zeros } from '@evenkeel/trainer-core';
import type { BackboneDefinition } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** Options of the multilayer perceptron. */
export interface MlpOptions {
  /** Widths of its layers, one or more; default `[64, 64]`. The last one is the number of features. */
  readonly widths?: readonly number[];
}

/** The options of `mlp`. */
export const mlpOptions = defineOptions('mlp', errors.BAD_OPTION, {
  widths: list(whole(1), 1).default([64, 64], '[64, 64]'),
} satisfies SpecOf<MlpOptions>);

/** Dense layers with ReLU: examples of any shape, flattened, to features `[batch, widths.at(-1)]`. Throws `TABLES_BAD_OPTION`. */
export function mlp(options: MlpOptions = {}): BackboneDefinition {
  const { widths } = mlpOptions.read(options);
  return {
    name: `mlp (${widths.join(', ')})`,
    build(scope, exampleShape) {
      const inputs = exampleShape.reduce((product, axis) => product * axis, 1);
      const layers = widths.map((width, at) => {
        const own = scope.child(`dense${at}`);
        return {
          kernel: own.weight('kernel', [at === 0 ? inputs : widths[at - 1], width], heNormal()),
          bias: own.weight('bias', [width], zeros(), { decay: false }),
        };
      });
      return {
        outputSize: widths[widths.length - 1],
        apply: (input) =>
          layers.reduce<Tensor2D>(
            (x, { kernel, bias }) => tf.relu<Tensor2D>(tf.add(tf.matMul(x, kernel as Tensor2D), bias)),
            tf.reshape(input, [-1, inputs]),
          ),
      };
    },
  };
}
