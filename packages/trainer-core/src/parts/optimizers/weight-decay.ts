import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { VariableInfo } from '../../contract/layers.js';

/** The gradient of the loss plus λ/2·‖w‖²: g + λ·w, or g itself where weight decay does not apply. */
export function withWeightDecay(gradient: Tensor, weight: VariableInfo, weightDecay: number): Tensor {
  if (weightDecay === 0 || !weight.decay) return gradient;
  return tf.add(gradient, tf.mul(weight.variable, weightDecay));
}
