import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** What `work` gives, and how often it read a tensor on the host. */
export function countingReads<Result>(work: () => Result): readonly [Result, number] {
  const { prototype } = tf.Tensor;
  const { data, dataSync } = prototype;
  let reads = 0;
  const counting = <Read extends (...args: never[]) => unknown>(read: Read) =>
    function (this: Tensor, ...args: Parameters<Read>) {
      reads += 1;
      return read.apply(this, args);
    } as Read;
  Object.assign(prototype, { data: counting(data), dataSync: counting(dataSync) });
  try {
    return [work(), reads];
  } finally {
    Object.assign(prototype, { data, dataSync });
  }
}
