import type { TracedOp } from '../trace.js';
import { unsupported } from '../unsupported.js';
import { oneOpen } from '../walk-function.js';
import { TO_CHANNELS_FIRST } from './onnx-graph.js';
import type { Layout, OnnxGraph, OnnxValue } from './onnx-graph.js';
import { DATA_TYPES } from './onnx-model.js';
import type { OnnxAttribute } from './onnx-model.js';
import { overImages, windowAttributes } from './window.js';

/** What is needed to write one traced op. */
export interface OnnxWriting {
  readonly graph: OnnxGraph;
  readonly op: TracedOp;
  readonly inputs: Readonly<Record<string, OnnxValue | undefined>>;
  /** The shape of the op's value, −1 where it differs between batches. */
  readonly sizes: readonly number[];
}

/** Writes one op as one node or several; returns its value. */
type Writer = (writing: OnnxWriting) => OnnxValue;

/** Writes nodes that take the named values and give one. */
type Nodes = (graph: OnnxGraph, names: readonly string[]) => string;

const LAST = BigInt('0x7fffffffffffffff');

/** What is done value by value, in the layout that its images have. */
const valueByValue =
  (inputs: readonly string[], nodes: Nodes): Writer =>
  ({ graph, inputs: given, sizes }) => {
    const values = inputs.map((input) => given[input]!);
    const turned = values.some((value) => value.layout === 'channelsFirst');
    const fits = values.every(
      (value) => value.shape.length === 4 || (value.constant && value.shape.length < 4),
    );
    const layout = turned && fits ? 'channelsFirst' : 'asTraced';
    const names = values.map((value) => graph.name(value, layout));
    return graph.value(nodes(graph, names), sizes, layout);
  };

/** One node of one or two values. */
const node =
  (op: string, attributes: Record<string, OnnxAttribute> = {}): Nodes =>
  (graph, names) =>
    graph.node(op, names, attributes);

const number = (graph: OnnxGraph, value: number): string => graph.tensor(Float32Array.of(value), []);
const relu6: Nodes = (graph, [x]) => graph.node('Clip', [x, number(graph, 0), number(graph, 6)]);
const squared = (graph: OnnxGraph, x: string): string => graph.node('Mul', [x, x]);

/** Of one value. */
const UNARY: Readonly<Record<string, Nodes>> = {
  ...Object.fromEntries(
    'Abs Elu Exp Identity Log Neg Relu Selu Sigmoid Softplus Sqrt Tanh'
      .split(' ')
      .map((name) => [name, node(name)]),
  ),
  Relu6: relu6,
  Rsqrt: (graph, names) => graph.node('Reciprocal', [graph.node('Sqrt', names)]),
  Square: (graph, [x]) => squared(graph, x),
};

/** Of two values. */
const BINARY: Readonly<Record<string, Nodes>> = {
  Add: node('Add'),
  Maximum: node('Max'),
  Minimum: node('Min'),
  Multiply: node('Mul'),
  Pow: node('Pow'),
  RealDiv: node('Div'),
  SquaredDifference: (graph, names) => squared(graph, graph.node('Sub', names)),
  Sub: node('Sub'),
};

const ACTIVATIONS: Readonly<Record<string, Nodes | undefined>> = {
  linear: (_graph, [x]) => x,
  relu: node('Relu'),
  relu6,
  elu: node('Elu'),
  sigmoid: node('Sigmoid'),
};

/** What a fused op ends in. */
function activationOf(op: TracedOp): Nodes {
  const { activation = 'linear' } = op.attributes as { activation?: string };
  const nodes = ACTIVATIONS[activation];
  if (nodes === undefined) throw unsupported(op, `the activation '${activation}'`);
  return nodes;
}

/** A convolution with its bias in it; each channel by itself where it is `depthwise`. */
const convolution =
  (depthwise: boolean): Writer =>
  ({ graph, op, inputs, sizes }) => {
    const { strides, dilations = 1 } = op.attributes;
    const [height, width, channels, times] = op.inputs.filter!.shape;
    const window = windowAttributes(op, inputs.x!.shape, {
      size: [height, width],
      strides: overImages(strides),
      dilations: overImages(dilations),
    });
    const filter = depthwise
      ? graph.node('Reshape', [
          graph.inOrder(inputs.filter!, [2, 3, 0, 1]),
          graph.wholeNumbers([channels * times, 1, height, width]),
        ])
      : graph.inOrder(inputs.filter!, [3, 2, 0, 1]);
    const names = [graph.name(inputs.x!, 'channelsFirst'), filter];
    if (inputs.bias) names.push(graph.name(inputs.bias));
    const group = depthwise ? channels : 1;
    const attributes = { ...window, kernel_shape: { ints: [height, width] }, group: { int: group } };
    const value = activationOf(op)(graph, [graph.node('Conv', names, attributes)]);
    return graph.value(value, sizes, 'channelsFirst');
  };

const pooling =
  (name: string): Writer =>
  ({ graph, op, inputs, sizes }) => {
    const { filterSize, strides } = op.attributes;
    const size = overImages(filterSize);
    const window = { size, strides: overImages(strides), dilations: [1, 1] };
    const value = graph.node(name, [graph.name(inputs.x!, 'channelsFirst')], {
      ...windowAttributes(op, inputs.x!.shape, window),
      kernel_shape: { ints: size },
    });
    return graph.value(value, sizes, 'channelsFirst');
  };

const matrixProduct: Writer = ({ graph, op, inputs, sizes }) => {
  const { transposeA = false, transposeB = false } = op.attributes as Record<string, boolean>;
  const side = (value: OnnxValue, transposed: boolean): string => {
    if (!transposed) return graph.name(value);
    const axes = value.shape.map((_, axis) => axis);
    return graph.inOrder(value, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
  };
  const product = graph.node('MatMul', [side(inputs.a!, transposeA), side(inputs.b!, transposeB)]);
  const biased = inputs.bias ? graph.node('Add', [product, graph.name(inputs.bias)]) : product;
  return graph.value(activationOf(op)(graph, [biased]), sizes);
};

const batchNormalisation: Writer = ({ graph, op, inputs, sizes }) => {
  const { varianceEpsilon } = op.attributes as { varianceEpsilon: number };
  const channels = op.output.shape.at(-1)!;
  const filled = (value: number) => graph.constant(new Float32Array(channels).fill(value), [channels]);
  const { x, scale = filled(1), offset = filled(0), mean, variance } = inputs;
  const rows = [scale, offset, mean!, variance!];
  if (rows.some((row) => row.shape.length !== 1)) throw unsupported(op, 'statistics that are no rows');
  const names = [graph.name(x!, 'channelsFirst'), ...rows.map((row) => graph.name(row))];
  const value = graph.node('BatchNormalization', names, { epsilon: { float: varianceEpsilon } });
  return graph.value(value, sizes, 'channelsFirst');
};

/** A reduction leaves the axes that stay in their order, or is done in the traced one. */
const reduction =
  (name: string): Writer =>
  ({ graph, op, inputs, sizes }) => {
    const { axis, reductionIndices, keepDims } = op.attributes;
    const x = inputs.x!;
    const all = x.shape.map((_, place) => place);
    // tfjs names the axes of Max differently.
    const given = [(axis ?? reductionIndices ?? all) as number | number[]].flat();
    const traced = given.map((each) => (each < 0 ? each + all.length : each));
    const placesLeft = all.filter((each) => !traced.includes(each)).map((each) => placeOf(each, x.layout));
    const inOrder = placesLeft.every((place, at) => at === 0 || place > placesLeft[at - 1]);
    const layout = keepDims === true || inOrder ? x.layout : 'asTraced';
    const axes = traced.map((each) => placeOf(each, layout)).sort((a, b) => a - b);
    const keepdims = { int: keepDims === true ? 1 : 0 };
    // ReduceSum alone takes its axes as a value in this operator set.
    const value =
      name === 'ReduceSum'
        ? graph.node(name, [graph.name(x, layout), graph.wholeNumbers(axes)], { keepdims })
        : graph.node(name, [graph.name(x, layout)], { axes: { ints: axes }, keepdims });
    return graph.value(value, sizes, keepDims === true ? layout : 'asTraced');
  };

/** Where a traced axis is in a layout. */
function placeOf(axis: number, layout: Layout): number {
  return layout === 'asTraced' ? axis : TO_CHANNELS_FIRST.indexOf(axis);
}

/** A list with a number for each traced axis, in the order of a layout. */
function inLayout<Each>(each: readonly Each[], layout: Layout): Each[] {
  return layout === 'asTraced' ? [...each] : TO_CHANNELS_FIRST.map((axis) => each[axis]);
}

/** An open size means all that is there, so it has to be. */
const slice: Writer = ({ graph, op, inputs, sizes }) => {
  const x = inputs.x!;
  const given = [op.attributes.begin as number | number[]].flat();
  const begin = sizes.map((_, axis) => given[axis] ?? 0);
  const ends = begin.map((from, axis) => from + op.output.shape[axis]);
  if (oneOpen(op, sizes).some((size, axis) => size === -1 && ends[axis] !== op.inputs.x!.shape[axis]))
    throw unsupported(op, 'a part of the batch that depends on its size');
  const until = ends.map((end, axis) => (sizes[axis] === -1 ? LAST : BigInt(end)));
  const value = graph.node('Slice', [
    graph.name(x, x.layout),
    graph.wholeNumbers(inLayout(begin, x.layout)),
    graph.tensor(BigInt64Array.from(inLayout(until, x.layout)), [until.length]),
  ]);
  return graph.value(value, sizes, x.layout);
};

const padding: Writer = ({ graph, op, inputs, sizes }) => {
  const { paddings, constantValue } = op.attributes as { paddings: number[][]; constantValue: number };
  const x = inputs.x!;
  const sides = inLayout(paddings, x.layout);
  const pads = [0, 1].flatMap((end) => sides.map((side) => side[end]));
  const names = [graph.name(x, x.layout), graph.wholeNumbers(pads), number(graph, constantValue)];
  return graph.value(graph.node('Pad', names), sizes, x.layout);
};

const joining: Writer = ({ graph, op, inputs, sizes }) => {
  const parts = Object.values(inputs) as OnnxValue[];
  const layout = parts.find((part) => part.layout === 'channelsFirst') ? 'channelsFirst' : 'asTraced';
  const axis = placeOf((op.attributes as { axis: number }).axis, layout);
  const names = parts.map((part) => graph.name(part, layout));
  return graph.value(graph.node('Concat', names, { axis: { int: axis } }), sizes, layout);
};

const cast: Writer = (writing) => {
  const { dtype } = writing.op.output;
  const to = DATA_TYPES[dtype as keyof typeof DATA_TYPES] as number | undefined;
  if (to === undefined) throw unsupported(writing.op, `the type ${dtype}`);
  return valueByValue(['x'], node('Cast', { to: { int: to } }))(writing);
};

const all = (table: Readonly<Record<string, Nodes>>, ...inputs: string[]): Record<string, Writer> =>
  Object.fromEntries(Object.entries(table).map(([name, nodes]) => [name, valueByValue(inputs, nodes)]));

/** Every kernel of tfjs that has an ONNX form, by its name. */
const WRITERS: Readonly<Record<string, Writer | undefined>> = {
  ...all(UNARY, 'x'),
  ...all(BINARY, 'a', 'b'),
  Prelu: valueByValue(['x', 'alpha'], node('PRelu')),
  LeakyRelu: (writing) => {
    const { alpha } = writing.op.attributes as { alpha: number };
    return valueByValue(['x'], node('LeakyRelu', { alpha: { float: alpha } }))(writing);
  },
  Cast: cast,
  ...Object.fromEntries(['Max', 'Mean', 'Min', 'Sum'].map((name) => [name, reduction(`Reduce${name}`)])),
  Conv2D: convolution(false),
  FusedConv2D: convolution(false),
  DepthwiseConv2dNative: convolution(true),
  FusedDepthwiseConv2D: convolution(true),
  AvgPool: pooling('AveragePool'),
  MaxPool: pooling('MaxPool'),
  BatchMatMul: matrixProduct,
  _FusedMatMul: matrixProduct,
  FusedBatchNorm: batchNormalisation,
  Softmax: ({ graph, inputs, sizes }) =>
    graph.value(graph.node('Softmax', [graph.name(inputs.logits!)], { axis: { int: -1 } }), sizes),
  Reshape: ({ graph, op, inputs, sizes }) => {
    const shape = graph.wholeNumbers(oneOpen(op, sizes));
    return graph.value(graph.node('Reshape', [graph.name(inputs.x!), shape]), sizes);
  },
  ExpandDims: ({ graph, op, inputs, sizes }) => {
    const axes = graph.wholeNumbers([(op.attributes as { dim: number }).dim]);
    return graph.value(graph.node('Unsqueeze', [graph.name(inputs.input!), axes]), sizes);
  },
  Transpose: ({ graph, op, inputs, sizes }) =>
    graph.value(graph.inOrder(inputs.x!, (op.attributes as { perm: readonly number[] }).perm), sizes),
  Slice: slice,
  PadV2: padding,
  Concat: joining,
};

/** Names of the kernels that have an ONNX form. */
export const ONNX_KERNELS: readonly string[] = Object.keys(WRITERS);

/** Writes an op as nodes of ONNX. Throws `EXPORT_NOT_POSSIBLE` for one without an ONNX form, or used in a way that has none. */
export function writeOnnxOp(writing: OnnxWriting): OnnxValue {
  const write = WRITERS[writing.op.kernel];
  if (write === undefined) throw unsupported(writing.op);
  const { dataFormat } = writing.op.attributes as { dataFormat?: string };
  if (dataFormat !== undefined && dataFormat !== 'NHWC') throw unsupported(writing.op, `'${dataFormat}'`);
  return write(writing);
}
