import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { runElementwise } from './elementwise.js';
import type { Elementwise } from './elementwise.js';

const VELOCITY: Elementwise = {
  name: 'evenkeelVelocity',
  fractions: ['momentum', 'decay'],
  value: 'uniforms.momentum * velocity[index] + (gradient[index] + uniforms.decay * weight[index])',
};

const WEIGHT: Elementwise = {
  name: 'evenkeelDescend',
  value: 'weight[index] - velocity[index] * learningRate[0]',
};

/** The kernel `EvenkeelDescend`: v ← momentum·v + (g + decay·w), w ← w − rate·v; gives w and v. */
export const descendOnWebgpu: KernelFunc = ({ inputs, attrs }) => {
  const { weight, gradient, velocity, learningRate } = inputs as Record<string, TensorInfo>;
  const { momentum, decay } = attrs as Record<string, number>;
  const next = runElementwise(VELOCITY, { weight, gradient, velocity }, [momentum, decay]);
  return [runElementwise(WEIGHT, { weight, velocity: next, learningRate }), next];
};
