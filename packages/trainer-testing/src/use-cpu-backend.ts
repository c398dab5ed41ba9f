import * as tf from '@tensorflow/tfjs-core';

/**
 * Makes the cpu backend current, with the gradients of every operation, and silences tfjs's hints about speed. tfjs-core
 * alone registers neither a backend nor any gradient; in Node, the gradients come with tfjs-layers.
 *
 * @example
 * beforeAll(useCpuBackend);
 */
export async function useCpuBackend(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  await import('@tensorflow/tfjs-layers');
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
}
