import * as tf from '@tensorflow/tfjs-core';
import { testingErrors } from './errors.js';

/**
 * Runs `work` and throws `TESTING_LEAKED_TENSORS` unless as many tensors are in memory after it as before. Work that
 * gives a promise is awaited, and so must be the call.
 *
 * @example
 * expectNoLeak(() => tf.tidy(() => void whiten(x)));
 */
export function expectNoLeak(work: () => Promise<void>): Promise<void>;
export function expectNoLeak(work: () => void): void;
export function expectNoLeak(work: () => void | Promise<void>): void | Promise<void> {
  const before = tf.memory().numTensors;
  const compare = () => {
    const after = tf.memory().numTensors;
    if (after !== before) throw testingErrors.LEAKED_TENSORS({ before, after });
  };
  const pending = work();
  return pending instanceof Promise ? pending.then(compare) : compare();
}
