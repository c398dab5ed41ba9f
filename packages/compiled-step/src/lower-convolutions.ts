import { attributeOf } from './graph-editor.js';
import type { Graph, GraphOp } from './graph.js';
import type { Binding } from './recordable-backend.js';

const OURS = 'EvenkeelConv3x3';

/**
 * The same graph with TensorFlow's 3×3 convolutions for ours, whose products are float32: on a processor with AMX, bfloat16
 * halves the time of TensorFlow's, so that they are the faster ones there. Convolutions of a stride and stems stay ours.
 */
export function lowerConvolutions(graph: Graph, binding: Binding): Graph {
  const shapes = new Map<string, Graph['constants'][number]>();
  /** The value that holds a shape, as TensorFlow's gradients want it. */
  const shapeValue = (shape: readonly number[]): string => {
    const name = `shape_${shape.join('_')}`;
    const values = Int32Array.from(shape);
    shapes.set(name, { name, dtype: binding.TF_INT32, shape: [shape.length], values });
    return `${name}:0`;
  };
  const lower = (op: GraphOp): GraphOp => {
    const [first, second] = op.inputs;
    const [{ shape }] = op.outputs;
    switch (op.op) {
      case OURS:
        return asTensorflow(op, 'Conv2D', [first, second], binding);
      case `${OURS}BackpropInput`: // of (filter, gradient)
        return asTensorflow(op, 'Conv2DBackpropInput', [shapeValue(shape), first, second], binding);
      case `${OURS}BackpropFilter`: // of (images, filter, gradient)
        return asTensorflow(op, 'Conv2DBackpropFilter', [first, shapeValue(shape), op.inputs[2]], binding);
      default:
        return op;
    }
  };
  const ops = graph.ops.map(lower);
  return { ...graph, ops, constants: [...graph.constants, ...shapes.values()] };
}

function asTensorflow(op: GraphOp, name: string, inputs: readonly string[], binding: Binding): GraphOp {
  const { TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_TYPE } = binding;
  return {
    ...op,
    op: name,
    inputs,
    attributes: [
      { name: 'T', type: TF_ATTR_TYPE, value: attributeOf(op, 'T') },
      { name: 'strides', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
      { name: 'dilations', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
      { name: 'padding', type: TF_ATTR_STRING, value: 'SAME' },
      { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    ],
  };
}
