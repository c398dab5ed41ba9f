import * as tf from '@tensorflow/tfjs-core';
import type { DataType, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** Kernels of ours that do what a kernel of tfjs does, with its inputs and attributes. */
const SAME_AS: Readonly<Record<string, string | undefined>> = {
  EvenkeelConv3x3: 'Conv2D',
  EvenkeelConv2D: 'Conv2D',
};

/** Something that an op takes, or the result. */
export interface TracedValue {
  /** The input, the op that made it by its place, or a constant: a tensor that does not depend on the input. */
  readonly from: 'input' | number | Tensor;
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** One call of a tfjs kernel on its way from the input to the output. */
export interface TracedOp {
  /** As tfjs calls it, such as `Conv2D` or `BatchMatMul`. */
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, TracedValue | undefined>>;
  readonly attributes: NamedAttrMap;
  readonly output: Omit<TracedValue, 'from'>;
}

/** What a function does with its input. */
export interface Trace {
  /** In the order of their calls; only what depends on the input. */
  readonly ops: readonly TracedOp[];
  readonly output: TracedValue;
  /** Frees the constants. */
  dispose(): void;
}

/**
 * Writes down which kernels a function calls on its way from `input` to its result. What does not depend on the input is
 * computed and kept as a constant, weights above all. Throws `EXPORT_NOT_POSSIBLE` for a kernel with several results, a split apart.
 */
export function trace(run: (input: Tensor) => Tensor, input: Tensor): Trace {
  const engine = tf.engine();
  const known = new Map<number, 'input' | number>([[input.id, 'input']]);
  const constants = new Map<number, Tensor>();
  const ops: TracedOp[] = [];
  let listening = true;

  const silently = <Result>(work: () => Result): Result => {
    const before = listening;
    listening = false;
    try {
      return work();
    } finally {
      listening = before;
    }
  };
  const constant = (tensor: Tensor): Tensor => {
    const kept = constants.get(tensor.id) ?? silently(() => tf.keep(tf.clone(tensor)));
    constants.set(tensor.id, kept);
    return kept;
  };
  const valueOf = (tensor: Tensor): TracedValue => {
    const { shape, dtype } = tensor;
    return { from: known.get(tensor.id) ?? constant(tensor), shape, dtype };
  };
  const note = (
    kernel: string,
    taken: [string, Tensor | undefined][],
    given: NamedAttrMap,
    result: Tensor | Tensor[],
  ) => {
    if (!taken.some(([, tensor]) => tensor && known.has(tensor.id))) return;
    const inputs = taken.map(([name, tensor]) => [name, tensor && valueOf(tensor)] as const);
    const add = (value: Tensor, op: string, attributes: NamedAttrMap): void => {
      known.set(value.id, ops.length);
      const output = { shape: value.shape, dtype: value.dtype };
      ops.push({ kernel: op, inputs: Object.fromEntries(inputs), attributes, output });
    };
    if (!Array.isArray(result)) return add(result, SAME_AS[kernel] ?? kernel, { ...given });
    if (kernel !== 'SplitV') {
      throw errors.NOT_POSSIBLE({ problem: `the operation '${kernel}' gives several results` });
    }
    // The parts of a split are slices, one behind the other.
    const { rank } = result[0];
    const axis = ((given as { axis: number }).axis + rank) % rank;
    let from = 0;
    for (const part of result) {
      const begin = part.shape.map((_, each) => (each === axis ? from : 0));
      add(part, 'Slice', { begin, size: part.shape });
      from += part.shape[axis];
    }
  };

  const runKernel = engine.runKernel.bind(engine);
  const heard: typeof runKernel = (kernel, inputs, attributes = {}) => {
    if (!listening) return runKernel(kernel, inputs, attributes);
    // Kernels may call others; the outer one is what happened.
    const result = silently(() => runKernel(kernel, inputs, attributes));
    const taken = Object.entries(inputs).map(([name, tensor]) => [name, tensor ?? undefined]);
    note(kernel, taken as [string, Tensor | undefined][], attributes, result as Tensor | Tensor[]);
    return result as never;
  };
  engine.runKernel = heard;
  const dispose = (): void => tf.dispose([...constants.values()]);
  try {
    let output: TracedValue | undefined;
    tf.tidy(() => {
      output = valueOf(run(input));
    });
    return { ops, output: output!, dispose };
  } catch (error) {
    dispose();
    throw error;
  } finally {
    // The method of the class is under it.
    delete (engine as Partial<typeof engine>).runKernel;
  }
}
