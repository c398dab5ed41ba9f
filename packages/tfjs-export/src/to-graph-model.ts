import { defineOptions, having, list, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';
import { GraphWriter, shapeOf } from './graph-writer.js';
import { writeOp } from './kernels.js';
import { oneOpen, walkFunction } from './walk-function.js';

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

/** What both formats are told. */
export const graphModelSpec = {
  exampleShape: list(whole(1)),
  inputName: text().default('images'),
  outputName: text().default('logits'),
  metadata: having<NonNullable<GraphModelOptions['metadata']>>('facts by name').optional(),
} satisfies SpecOf<GraphModelOptions>;

/** The options of `toGraphModel`. */
export const graphModelOptions = defineOptions('toGraphModel', errors.BAD_OPTION, graphModelSpec);

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
  const graph = new GraphWriter();
  const { output, shape } = await walkFunction<string>(run, exampleShape, {
    input: graph.input(inputName, exampleShape),
    constant: (values, of) => graph.constant(values, of),
    op: (op, names, sizes) => writeOp({ graph, op, names, openShape: () => oneOpen(op, sizes) }),
  });
  graph.node('Identity', [output], { T: { type: 'DT_FLOAT' } }, outputName);
  const { weightSpecs, weightData } = graph.weights();
  return {
    format: 'graph-model',
    generatedBy: '@evenkeel/tfjs-export',
    convertedBy: null,
    modelTopology: { node: graph.nodes, library: {}, versions: VERSIONS },
    signature: {
      inputs: { [inputName]: tensorInfo(inputName, [-1, ...exampleShape]) },
      outputs: { [outputName]: tensorInfo(outputName, [-1, ...shape.slice(1)]) },
    },
    weightSpecs,
    weightData,
    ...(metadata && { userDefinedMetadata: { ...metadata } }),
  };
}

const tensorInfo = (name: string, shape: readonly number[]): object => ({
  name: `${name}:0`,
  dtype: 'DT_FLOAT',
  tensorShape: shapeOf(shape),
});
