import * as tf from '@tensorflow/tfjs-core';
import { attributesFor, type NativeBackend } from './native-backend.js';

/**
 * Gives tfjs the kernel `EvenkeelFinite` on a backend whose TensorFlow knows that op: 0 when all numbers of its float32 inputs are
 * finite, else NaN, in one operation for any number of inputs; their names do not matter.
 */
export function registerFiniteKernel(backendName: string): void {
  const kernelName = 'EvenkeelFinite';
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc({ inputs, backend }) {
      const native = backend as NativeBackend;
      const tensors = Object.values(inputs) as tf.Tensor[];
      const [finite] = native.executeMultipleOutputs(
        kernelName,
        [attributesFor(native).whole('N', tensors.length)],
        tensors,
        1,
      );
      return finite;
    },
  });
}
