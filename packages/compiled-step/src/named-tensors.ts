import { show } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** What is wrong with a value that should be tensors by name, all of them alive; nothing where it is that. */
export function whyNotTensors(value: unknown): string | undefined {
  if (isTensor(value)) return `a single tensor of shape [${value.shape.join(', ')}]`;
  if (value instanceof Promise) return 'a promise';
  if (typeof value !== 'object' || value === null || value instanceof Map) return show(value);
  for (const [name, tensor] of Object.entries(value)) {
    if (!isTensor(tensor)) return `${show(tensor)} for '${name}'`;
    if (tensor.isDisposed) return `a disposed tensor for '${name}'`;
  }
  return undefined;
}

function isTensor(value: unknown): value is Tensor {
  return value instanceof tf.Tensor;
}
