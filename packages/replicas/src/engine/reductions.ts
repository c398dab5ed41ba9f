import { nativeBackend } from '@evenkeel/tensorflow-node/backend';
import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { errors } from '../errors.js';

/** Sums a tensor over all ranks, the same bits on each. */
export type Sum = <T extends Tensor>(x: T) => T;

/**
 * The reductions of one step, one after the other on every rank: each waits for the one before it by an edge of data, so that a
 * recorded step keeps their order. Reductions at the same place of a step with the same `purpose` and shape are one to
 * TensorFlow: all ranks make the same ones.
 */
export function withReductions<Result>(purpose: string, work: (sum: Sum) => Result): Result {
  let before: Tensor | undefined;
  let place = 0;
  const sum: Sum = <T extends Tensor>(x: T): T => {
    const key = keyOf(`${purpose} ${place++} ${x.shape.join()}`);
    const [reduced, done] = allReduce(x, before ?? tf.scalar(0), key);
    before?.dispose();
    before = tf.keep(done);
    return reduced as T;
  };
  try {
    return work(sum);
  } finally {
    before?.dispose();
  }
}

/** `x` summed over all ranks, and a scalar that is there afterwards. Throws REPLICAS_NO_NATIVE. */
function allReduce(x: Tensor, after: Scalar | Tensor, key: number): Tensor[] {
  const backend = nativeBackend();
  if (backend === undefined) throw errors.NO_NATIVE({ backend: tf.getBackend() });
  const { TF_ATTR_INT } = backend.binding as unknown as { readonly TF_ATTR_INT: number };
  const attributes: OpAttribute[] = [{ name: 'key', type: TF_ATTR_INT, value: key }];
  return backend.executeMultipleOutputs('EvenkeelAllReduce', attributes, [x, after], 2);
}

/** FNV-1a, 31 bits: what is called the same has the same key on every rank. Never 0. */
function keyOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x0100_0193);
  return hash & 0x7fff_ffff || 1;
}
