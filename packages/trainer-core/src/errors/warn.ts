import * as tf from '@tensorflow/tfjs-core';

/** Says one line where TensorFlow.js says its warnings: on the console, unless its flag `PROD` or `IS_TEST` is set. */
export function warn(line: string): void {
  tf.backend_util.warn(line);
}
