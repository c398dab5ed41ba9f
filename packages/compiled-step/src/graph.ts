import type { Variable } from '@tensorflow/tfjs-core';
import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import { COLLECTIVE_OPS } from './collective-ops.js';
import type { Constant, DrawRequest, Outside, RecordedOp, Recording } from './recording.js';

/** TensorFlow's number of the type; JavaScript has none of it, so that it lives within graphs only. */
export const BFLOAT16 = 14;

/** One call of TensorFlow; `inputs` are names of values, such as `Conv2D_3:0`. */
export interface GraphOp {
  readonly name: string;
  readonly op: string;
  readonly attributes: readonly OpAttribute[];
  readonly inputs: readonly string[];
  /** Names of operations, inputs or constants that must be there before it begins, though it takes none of their values. */
  readonly after?: readonly string[];
  /** Type and shape of each of its values. */
  readonly outputs: readonly Value[];
}

/** What is known of a value: TensorFlow's number of its type, and its shape. */
export interface Value {
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** Where a result comes from: the name of a value, and its type. */
interface Result {
  readonly from: string;
  readonly dtype: number;
}

/** A step as a pure function. Names count in the order of use, so that equal steps give equal graphs. */
export interface Graph {
  readonly inputs: readonly (Outside & { readonly name: string })[];
  readonly draws: readonly DrawRequest[];
  readonly constants: readonly (Constant & { readonly name: string })[];
  readonly ops: readonly GraphOp[];
  readonly outputs: readonly (Result & { readonly key: string })[];
  readonly updates: readonly (Result & { readonly variable: Variable })[];
  /** Whether it reaches other processes. */
  readonly reduces: boolean;
}

/** The name of the operation, input or constant that a value comes from. */
export function makerOf(value: string): string {
  return value.slice(0, value.lastIndexOf(':'));
}

/** The part of a recording that its outputs and updates depend on. */
export function toGraph(recording: Recording): Graph {
  const inputs: (Outside & { name: string })[] = [];
  const constants: (Constant & { name: string })[] = [];
  const ops: GraphOp[] = [];
  const values = new Map<number, Result>();

  const start = (id: number): Result => {
    const constant = recording.constants.get(id);
    if (constant !== undefined) {
      const name = `constant_${constants.length}`;
      constants.push({ ...constant, name });
      return { from: `${name}:0`, dtype: constant.dtype };
    }
    const outside = recording.outside.get(id)!;
    const name = `${outside.source.kind}_${inputs.length}`;
    inputs.push({ ...outside, name });
    return { from: `${name}:0`, dtype: outside.dtype };
  };
  const valueOf = (id: number): Result => {
    const value = values.get(id) ?? start(id);
    values.set(id, value);
    return value;
  };

  for (const { name: op, attributes, inputs: taken, outputs } of neededOps(recording)) {
    const name = `${op}_${ops.length}`;
    ops.push({
      name,
      op,
      attributes,
      inputs: taken.map((id) => valueOf(id).from),
      outputs: outputs.map(({ dtype, shape }) => ({ dtype, shape })),
    });
    outputs.forEach(({ id, dtype }, at) => values.set(id, { from: `${name}:${at}`, dtype }));
  }
  return {
    outputs: recording.outputs.map(([key, id]) => ({ key, ...valueOf(id) })),
    updates: recording.updates.map(([variable, id]) => ({ variable, ...valueOf(id) })),
    draws: recording.draws,
    reduces: recording.reduces,
    inputs,
    constants,
    ops,
  };
}

/** Found backwards from the results and from what reaches other processes; given in the order of the recording. */
function neededOps({ ops, outputs, updates }: Recording): RecordedOp[] {
  const wanted = new Set<number>([...outputs, ...updates].map(([, id]) => id));
  const needed: RecordedOp[] = [];
  for (const op of [...ops].reverse()) {
    if (!COLLECTIVE_OPS.has(op.name) && !op.outputs.some(({ id }) => wanted.has(id))) continue;
    for (const id of op.inputs) wanted.add(id);
    needed.push(op);
  }
  return needed.reverse();
}
