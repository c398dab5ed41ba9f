import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { attributesFor, nativeBackend } from '@evenkeel/tensorflow-node/backend';
import { reluGradOnWebgpu } from '../webgpu/relu-grad.js';
import { onWebgpu } from '../webgpu/run-program.js';

/**
 * max(x, 0), with a gradient of one op: tfjs's own takes four on tfjs-node and is a quarter of a naive ResNet step.
 * Same values and gradients as `tf.relu`, the gradient at 0 being 0.
 */
export function relu<T extends Tensor>(x: T): T {
  return tf.customGrad((input, save) => {
    const native = nativeBackend();
    const output = tf.relu(input as T);
    (save as (tensors: Tensor[]) => void)([output]);
    return {
      value: output,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [y] = saved;
        if (native === undefined) return onWebgpu() ? reluGradOnWebgpu(dy, y) : tf.mul(dy, tf.step(y));
        const { float32 } = attributesFor(native);
        return native.executeMultipleOutputs('ReluGrad', [float32('T')], [dy, y], 1)[0];
      },
    };
  })(x) as T;
}
