import { defineOptions } from '@evenkeel/errors';
import type { Tensor } from '@tensorflow/tfjs-core';
import manifest from '../../package.json' with { type: 'json' };
import { errors } from '../errors.js';
import { graphModelSpec } from '../to-graph-model.js';
import type { GraphModelOptions } from '../to-graph-model.js';
import { walkFunction } from '../walk-function.js';
import { OnnxGraph } from './onnx-graph.js';
import { writeOnnxOp } from './onnx-kernels.js';
import { encodeOnnx } from './onnx-model.js';

/** How an ONNX file is called from outside: as a graph model is. `metadata` becomes its `metadata_props`. */
export type OnnxOptions = GraphModelOptions;

/** The options of `toOnnx`. */
export const onnxOptions = defineOptions('toOnnx', errors.BAD_OPTION, graphModelSpec);

/**
 * A function from one float32 tensor `[batch, ...exampleShape]` to another as the bytes of an ONNX file (operator set 17, float32, the
 * batch open), which ONNX Runtime and others read. Its input is as the function's, images with their channels last; inside, images
 * have their channels first from the first convolution or pooling on. Texts in `metadata` stay as they are, all else becomes
 * JSON, since `metadata_props` hold texts alone.
 *
 * Throws as `toGraphModel` does: `EXPORT_BAD_OPTION`, `EXPORT_NOT_FINITE`, and `EXPORT_NOT_POSSIBLE` for operations without an ONNX form.
 * @example
 * const bytes = await toOnnx((x) => tf.softmax(network(x)), { exampleShape: [28, 28, 1] });
 */
export async function toOnnx(run: (input: Tensor) => Tensor, options: OnnxOptions): Promise<Uint8Array> {
  const { exampleShape, inputName, outputName, metadata = {} } = onnxOptions.read(options);
  const graph = new OnnxGraph();
  const input = { name: inputName, shape: [-1, ...exampleShape] };
  const { output, shape } = await walkFunction(run, exampleShape, {
    input: graph.value(inputName, input.shape),
    constant: (values, of) => graph.constant(values, of),
    op: (op, inputs, sizes) => writeOnnxOp({ graph, op, inputs, sizes }),
  });
  const last = graph.name(output);
  return encodeOnnx({
    nodes: [
      ...graph.nodes,
      { name: outputName, op: 'Identity', inputs: [last], output: outputName, attributes: {} },
    ],
    initializers: graph.initializers,
    input,
    output: { name: outputName, shape },
    metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, textOf(value)])),
    version: manifest.version,
  });
}

function textOf(value: object | string | number | boolean): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
