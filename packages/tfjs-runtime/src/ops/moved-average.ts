import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { runElementwise } from '../webgpu/elementwise.js';
import type { Elementwise } from '../webgpu/elementwise.js';
import { asTensor, onWebgpu } from '../webgpu/run-program.js';

const MOVED: Elementwise = {
  name: 'evenkeelMovedAverage',
  fractions: ['kept', 'share'],
  value: 'average[index] * uniforms.kept + value[index] * uniforms.share',
};

/**
 * A running average moved towards a value of its shape: average·(1 − share) + scale·value·share; `share` in [0, 1], `scale` 1 by
 * default. Not differentiable. On webgpu one program.
 */
export function movedAverage<T extends Tensor>(average: T, value: T, share: number, scale = 1): T {
  if (onWebgpu()) return asTensor(runElementwise(MOVED, { average, value }, [1 - share, scale * share]));
  const scaled = scale === 1 ? value : tf.mul<T>(value, scale);
  return tf.add(tf.mul(average, 1 - share), tf.mul(scaled, share));
}
