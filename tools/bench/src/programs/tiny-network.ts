import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { heNormal } from '@evenkeel/trainer-core';
import type { BackboneDefinition } from '@evenkeel/trainer-core';

/** One dense layer of 4 features, so that nearly all of a step is what the trainer itself does. */
export const tinyNetwork: BackboneDefinition = {
  name: 'tiny',
  build(scope, exampleShape) {
    const inputs = exampleShape.reduce((product, axis) => product * axis, 1);
    const kernel = scope.weight('kernel', [inputs, 4], heNormal()) as Tensor as Tensor2D;
    return {
      outputSize: 4,
      apply: (x) => tf.relu(tf.matMul(tf.reshape(x, [-1, inputs]) as Tensor2D, kernel)),
    };
  },
};
