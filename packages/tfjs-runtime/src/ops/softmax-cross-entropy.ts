import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { attributesFor, nativeBackend } from '@evenkeel/tensorflow-node/backend';

/**
 * Cross-entropy of every example, `[batch]`: −Σ_j targets_j · log softmax(logits)_j for logits and targets
 * `[batch, classes]`, targets one-hot or soft with rows summing to 1. Differentiable in the logits only (gradient
 * softmax − targets); on native one op gives loss and gradient together.
 */
export function softmaxCrossEntropy(logits: Tensor2D, targets: Tensor2D): Tensor1D {
  const native = nativeBackend();
  return tf.customGrad((...inputs) => {
    const [z, save] = inputs as unknown as [Tensor2D, (tensors: Tensor[]) => void];
    const [loss, difference] = native
      ? native.executeMultipleOutputs(
          'SoftmaxCrossEntropyWithLogits',
          [attributesFor(native).float32('T')],
          [z, targets],
          2,
        )
      : composed(z, targets);
    save([difference]);
    return {
      value: loss,
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => tf.mul(tf.reshape(dy, [-1, 1]), saved),
    };
  })(logits) as Tensor1D;
}

function composed(logits: Tensor2D, targets: Tensor2D): [Tensor, Tensor] {
  const shifted = tf.sub(logits, tf.max(logits, 1, true));
  const exponentials = tf.exp(shifted);
  const total = tf.sum(exponentials, 1, true);
  const logProbabilities = tf.sub(shifted, tf.log(total));
  const loss = tf.neg(tf.sum(tf.mul(targets, logProbabilities), 1));
  return [loss, tf.sub(tf.div(exponentials, total), targets)];
}
