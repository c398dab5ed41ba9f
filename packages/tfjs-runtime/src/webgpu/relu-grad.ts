import type { Tensor } from '@tensorflow/tfjs-core';
import { runElementwise } from './elementwise.js';
import type { Elementwise } from './elementwise.js';
import { asTensor } from './run-program.js';

const RELU_GRAD: Elementwise = { name: 'evenkeelReluGrad', value: 'select(0.0, dy[index], y[index] > 0.0)' };

/** The gradient of y = max(x, 0) on the backend `webgpu`, in one program. */
export function reluGradOnWebgpu<T extends Tensor>(dy: T, y: T): T {
  return asTensor(runElementwise(RELU_GRAD, { dy, y }));
}
