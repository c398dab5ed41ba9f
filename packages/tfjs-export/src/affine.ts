import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { createRandom } from '@evenkeel/trainer-core';

/** An affine map x·kernel + bias. */
export interface Affine {
  /** `[d, outputs]`. */
  readonly kernel: Tensor2D;
  /** `[outputs]`. */
  readonly bias: Tensor1D;
}

/** How far a map may be from affine, relative to its largest value on rows of a length. */
const TOLERANCE = 1e-4;
/** Lengths of the rows that are tried; each by itself, since a bend near 0 is nothing beside the values far away. */
const LENGTHS = [1, 30, 1000];

/**
 * The one matrix and vector that a map of rows `[batch, d]` to rows `[batch, outputs]` comes down to, or undefined where it is
 * not affine. The kernel is the map's Jacobian, so that no differences of large numbers appear; whether that is all there is to
 * the map is tried on rows of several lengths.
 */
export async function affineOf(map: (rows: Tensor2D) => Tensor2D, size: number): Promise<Affine | undefined> {
  const affine = tf.tidy(() => {
    const atZero = map(tf.zeros([1, size]));
    const kernel = jacobian(map, size, atZero.shape[1]);
    return kernel && { kernel, bias: tf.reshape(atZero, [-1]) as Tensor1D };
  });
  if (affine === undefined) return undefined;
  const misses = tf.tidy(() =>
    tf.stack(
      LENGTHS.map((length) => {
        const rows = trial(size, length);
        const goal = tf.add(tf.matMul(rows, affine.kernel), affine.bias);
        return tf.div(tf.max(tf.abs(tf.sub(map(rows), goal))), tf.max(tf.abs(goal)));
      }),
    ),
  );
  const relative = await misses.data();
  misses.dispose();
  if (relative.every((miss) => miss <= TOLERANCE)) return affine;
  tf.dispose([affine.kernel, affine.bias]);
  return undefined;
}

/** `[size, outputs]`, or undefined where an operation has no gradient. */
function jacobian(map: (rows: Tensor2D) => Tensor2D, size: number, outputs: number): Tensor2D | undefined {
  const each = tf.eye(outputs);
  const chosen = (rows: Tensor): Scalar => tf.sum(tf.mul(map(rows as Tensor2D), each));
  try {
    return tf.transpose(tf.grad(chosen)(tf.zeros([outputs, size]))) as Tensor2D;
  } catch {
    return undefined;
  }
}

function trial(size: number, length: number): Tensor2D {
  const random = createRandom(length, 'affine');
  const values = Float32Array.from({ length: 8 * size }, () => length * random.normal());
  return tf.tensor2d(values, [8, size]);
}
