import { defineOptions, having, list, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import { createRandom } from '@evenkeel/trainer-core';
import { errors } from './errors.js';
import { fuse } from './fuse.js';
import { GraphWriter, shapeOf } from './graph-writer.js';
import { canBeConstant, writeOp } from './kernels.js';
import { trace } from './trace.js';
import type { Trace, TracedOp, TracedValue } from './trace.js';

/** What a graph model is called from outside. */
export interface GraphModelOptions {
  /** Shape of one example, without the batch axis. */
  readonly exampleShape: readonly number[];
  /** Default `images`. */
  readonly inputName?: string;
  /** Default `logits`. */
  readonly outputName?: string;
  /** Kept in the model as `userDefinedMetadata`. */
  readonly metadata?: Readonly<Record<string, object | string | number | boolean>>;
}

/** TensorFlow's version of the graph format that tfjs-converter writes. */
const VERSIONS = { producer: 1087, minConsumer: 12 };

/** The options of `toGraphModel`. */
export const graphModelOptions = defineOptions('toGraphModel', errors.BAD_OPTION, {
  exampleShape: list(whole(1)),
  inputName: text().default('images'),
  outputName: text().default('logits'),
  metadata: having<NonNullable<GraphModelOptions['metadata']>>('facts by name').optional(),
} satisfies SpecOf<GraphModelOptions>);

/**
 * A function from one float32 tensor `[batch, ...exampleShape]` to another as a graph model of TensorFlow.js, which
 * `tf.loadGraphModel` loads without anything of ours; the batch is open, and what does not depend on the input becomes a
 * constant. The function is run on two small batches of noise to see what it does. It must be pure, and must not read
 * tensors on the host.
 *
 * Throws `EXPORT_BAD_OPTION`; `EXPORT_NOT_FINITE` for weights with NaN or infinities; `EXPORT_NOT_POSSIBLE` for operations that are not known here, and where the result depends on the input or the
 * size of the batch in a way that no operation shows.
 * @example
 * const artifacts = await toGraphModel((x) => tf.softmax(network(x)), { exampleShape: [28, 28, 1] });
 * await tf.io.getSaveHandlers('downloads://model')[0].save(artifacts);
 */
export async function toGraphModel(
  run: (input: Tensor) => Tensor,
  options: GraphModelOptions,
): Promise<io.ModelArtifacts> {
  const { exampleShape, inputName, outputName, metadata } = graphModelOptions.read(options);
  const traces: Trace[] = [];
  try {
    for (const batch of [2, 3]) traces.push(fuse(traced(run, [batch, ...exampleShape])));
    const [first, second] = traces;
    checkAlike(first, second);
    const graph = new GraphWriter();
    const input = graph.input(inputName, exampleShape);
    const values: string[] = [];
    const constants = new Map<Tensor, string>();
    const nameOf = async ({ from, dtype }: TracedValue, other: TracedValue): Promise<string> => {
      if (from === 'input') return input;
      if (typeof from === 'number') return values[from];
      const name =
        constants.get(from) ?? graph.constant(finite(await sameValues(from, other, dtype), from), from.shape);
      constants.set(from, name);
      return name;
    };
    for (const [place, op] of first.ops.entries()) {
      const other = second.ops[place];
      const names: Record<string, string> = {};
      for (const [key, value] of Object.entries(op.inputs)) {
        if (value) names[key] = await nameOf(value, other.inputs[key]!);
      }
      values.push(writeOp({ graph, op, names, openShape: () => openShape(op, other) }));
    }
    const output = await nameOf(first.output, second.output);
    graph.node('Identity', [output], { T: { type: 'DT_FLOAT' } }, outputName);
    const outputShape = first.output.shape.slice(1);
    const { weightSpecs, weightData } = graph.weights();
    return {
      format: 'graph-model',
      generatedBy: '@evenkeel/tfjs-export',
      convertedBy: null,
      modelTopology: { node: graph.nodes, library: {}, versions: VERSIONS },
      signature: {
        inputs: { [inputName]: tensorInfo(inputName, [-1, ...exampleShape]) },
        outputs: { [outputName]: tensorInfo(outputName, [-1, ...outputShape]) },
      },
      weightSpecs,
      weightData,
      ...(metadata && { userDefinedMetadata: { ...metadata } }),
    };
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

const tensorInfo = (name: string, shape: readonly number[]): object => ({
  name: `${name}:0`,
  dtype: 'DT_FLOAT',
  tensorShape: shapeOf(shape),
});

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
): Promise<Float32Array | Int32Array | Uint8Array> {
  const values = await tensor.data();
  const again = typeof other.from === 'object' ? await other.from.data() : [];
  const same = values.length === again.length && values.every((value, at) => Object.is(value, again[at]));
  if (!same || !canBeConstant(dtype)) {
    const what = `a ${dtype} tensor [${tensor.shape.join(', ')}]`;
    throw errors.NOT_POSSIBLE({
      problem: `${what} changes with the input, or with the size of the batch, without an operation that says how`,
    });
  }
  return values;
}

/** The sizes of an op's value: those that are the same for both batches, and −1 for the one that is not. */
function openShape(op: TracedOp, other: TracedOp): number[] {
  const open = op.output.shape.map((size, axis) => (size === other.output.shape[axis] ? size : -1));
  if (open.filter((size) => size === -1).length > 1) {
    const problem = `'${op.kernel}' has more than one size that depends on the batch`;
    throw errors.NOT_POSSIBLE({ problem });
  }
  return open;
}
