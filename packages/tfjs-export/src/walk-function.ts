import * as tf from '@tensorflow/tfjs-core';
import type { DataType, Tensor } from '@tensorflow/tfjs-core';
import { createRandom } from '@evenkeel/trainer-core';
import { errors } from './errors.js';
import { fuse } from './fuse.js';
import { trace } from './trace.js';
import type { Trace, TracedOp, TracedValue } from './trace.js';

/** Types of constants. */
const CONSTANTS: readonly DataType[] = ['float32', 'int32', 'bool'];

/** The values of a constant: bool as `Uint8Array`. */
export type ConstantValues = Float32Array | Int32Array | Uint8Array;

/** What writes a function in a format, op by op. `Name` is how it refers to a value. */
export interface FunctionWriter<Name> {
  readonly input: Name;
  /** Called once for each constant. */
  constant(values: ConstantValues, shape: readonly number[]): Name;
  /** `sizes`: the shape of the op's value, −1 where it differs between batches. */
  op(op: TracedOp, inputs: Readonly<Record<string, Name | undefined>>, sizes: readonly number[]): Name;
}

/** What a function was written as. */
export interface WrittenFunction<Name> {
  readonly output: Name;
  /** −1 where it differs between batches. */
  readonly shape: readonly number[];
}

/**
 * Runs a function of one float32 tensor `[batch, ...exampleShape]` on two small batches of noise, and gives what it does, operation by
 * operation in order, to a writer; what does not depend on the input is a constant.
 *
 * Throws `EXPORT_NOT_FINITE` for weights with NaN or infinities, and `EXPORT_NOT_POSSIBLE` where the result depends on the input or the
 * size of the batch in a way that no operation shows.
 */
export async function walkFunction<Name>(
  run: (input: Tensor) => Tensor,
  exampleShape: readonly number[],
  writer: FunctionWriter<Name>,
): Promise<WrittenFunction<Name>> {
  const traces: Trace[] = [];
  try {
    for (const batch of [2, 3]) traces.push(fuse(traced(run, [batch, ...exampleShape])));
    const [first, second] = traces;
    checkAlike(first, second);
    const values: Name[] = [];
    const constants = new Map<Tensor, Name>();
    const nameOf = async ({ from, dtype }: TracedValue, other: TracedValue): Promise<Name> => {
      if (from === 'input') return writer.input;
      if (typeof from === 'number') return values[from];
      const name =
        constants.get(from) ??
        writer.constant(finite(await sameValues(from, other, dtype), from), from.shape);
      constants.set(from, name);
      return name;
    };
    for (const [place, op] of first.ops.entries()) {
      const other = second.ops[place];
      const inputs: Record<string, Name> = {};
      for (const [key, value] of Object.entries(op.inputs)) {
        if (value) inputs[key] = await nameOf(value, other.inputs[key]!);
      }
      values.push(writer.op(op, inputs, openSizes(op.output, other.output)));
    }
    const output = await nameOf(first.output, second.output);
    return { output, shape: openSizes(first.output, second.output) };
  } finally {
    for (const { dispose } of traces) dispose();
  }
}

/** The values, unless one is not finite: a model that has diverged is not written. */
function finite<Values extends ArrayLike<number>>(values: Values, { shape }: Tensor): Values {
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at])) throw errors.NOT_FINITE({ shape, value: values[at] });
  }
  return values;
}

function traced(run: (input: Tensor) => Tensor, shape: number[]): Trace {
  const random = createRandom(shape[0], 'export');
  const noise = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal());
  const input = tf.tensor(noise, shape);
  try {
    return trace(run, input);
  } finally {
    input.dispose();
  }
}

/** Both batches must have gone through the same operations, in the same order, up to a result of floats. */
function checkAlike(first: Trace, second: Trace): void {
  const other = first.ops.find((op, place) => op.kernel !== second.ops.at(place)?.kernel);
  if (other !== undefined || first.ops.length !== second.ops.length) {
    const where = other === undefined ? '' : ` from '${other.kernel}' on`;
    throw errors.NOT_POSSIBLE({ problem: `it does other things with another batch${where}` });
  }
  const changed = first.ops.find((op, place) => settings(op) !== settings(second.ops[place]));
  if (changed !== undefined) {
    throw errors.NOT_POSSIBLE({
      problem: `'${changed.kernel}' has other attributes with another batch`,
    });
  }
  const { from, dtype } = first.output;
  if (typeof from === 'object') {
    throw errors.NOT_POSSIBLE({
      problem: 'its result does not depend on its input by any operation of tfjs',
    });
  }
  if (dtype !== 'float32') throw errors.NOT_POSSIBLE({ problem: `its result is of type ${dtype}` });
}

/** The attributes of an op without those that are the shape of its value. */
function settings({ attributes }: TracedOp): string {
  return JSON.stringify({ ...attributes, shape: undefined, size: undefined });
}

/** The values of a constant, once it is clear that it is one: the same whatever the input. */
async function sameValues(
  tensor: Tensor,
  other: TracedValue,
  dtype: TracedValue['dtype'],
): Promise<ConstantValues> {
  const values = await tensor.data();
  const again = typeof other.from === 'object' ? await other.from.data() : [];
  const same = values.length === again.length && values.every((value, at) => Object.is(value, again[at]));
  if (!same || !CONSTANTS.includes(dtype)) {
    const what = `a ${dtype} tensor [${tensor.shape.join(', ')}]`;
    throw errors.NOT_POSSIBLE({
      problem: `${what} changes with the input, or with the size of the batch, without an operation that says how`,
    });
  }
  // The cpu backend keeps a cast as the array that it was, and the array says here of what type the constant is.
  if (dtype === 'float32') return new Float32Array(values);
  return dtype === 'int32' ? new Int32Array(values) : values;
}

function openSizes({ shape }: TracedOp['output'], other: TracedOp['output']): number[] {
  return shape.map((size, axis) => (size === other.shape[axis] ? size : -1));
}

/** The sizes of an op's value, where at most one is open. Throws `EXPORT_NOT_POSSIBLE`. */
export function oneOpen({ kernel }: TracedOp, sizes: readonly number[]): readonly number[] {
  if (sizes.filter((size) => size === -1).length > 1) {
    throw errors.NOT_POSSIBLE({ problem: `'${kernel}' has more than one size that depends on the batch` });
  }
  return sizes;
}
