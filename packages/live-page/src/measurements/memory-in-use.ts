import { memory } from '@tensorflow/tfjs-core';

/** Bytes in use: `memoryBytes` of the whole process, null outside Node, `tensorBytes` and the number of `tensors` of the backend. */
export function memoryInUse(): Record<'memoryBytes' | 'tensorBytes' | 'tensors', number | null> {
  const { numBytes, numTensors } = memory();
  const memoryBytes = typeof process === 'undefined' ? null : process.memoryUsage.rss();
  return { memoryBytes, tensorBytes: numBytes, tensors: numTensors };
}
