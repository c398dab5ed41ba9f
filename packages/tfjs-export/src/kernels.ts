import { text, texts, type, wholes } from './graph-writer.js';
import type { GraphWriter, NodeAttribute } from './graph-writer.js';
import type { TracedOp } from './trace.js';
import { unsupported } from './unsupported.js';

/** What is needed to write one traced op. */
export interface Writing {
  readonly graph: GraphWriter;
  readonly op: TracedOp;
  /** Names of the op's inputs in the graph. */
  readonly names: Readonly<Record<string, string | undefined>>;
  /** The shape of the op's value, −1 where it differs between batches. */
  openShape(): readonly number[];
}

/** Writes one op as one node or several; returns the name of its value. */
type Writer = (writing: Writing) => string;

/** The same op under another name, or its own. */
const plain =
  (name: string, ...inputs: string[]): Writer =>
  ({ graph, op, names }) =>
    graph.node(name, inputs.map((input) => names[input]!), { T: type(op.output.dtype) }); // prettier-ignore

const reduction: Writer = ({ graph, op, names }) => {
  const { axis, reductionIndices, keepDims } = op.attributes;
  const all = op.inputs.x!.shape.map((_, place) => place);
  // tfjs names the axes of Max differently.
  const axes = [(axis ?? reductionIndices ?? all) as number | number[]].flat();
  return graph.node(op.kernel, [names.x!, graph.wholeNumbers(axes)], { keep_dims: { b: keepDims === true } });
};

const convolution =
  (name: string): Writer =>
  ({ graph, op, names }) =>
    graph.node(name, [names.x!, names.filter!], convolutionAttributes(op));

/** TensorFlow's own fused convolution; without a bias there is nothing to fuse but a bias of 0. */
const fusedConvolution: Writer = ({ graph, op, names }) => {
  const channels = op.output.shape.at(-1)!;
  const bias = names.bias ?? graph.constant(new Float32Array(channels), [channels]);
  const activation = activationOf(op);
  return graph.node('_FusedConv2D', [names.x!, names.filter!, bias], {
    ...convolutionAttributes(op),
    num_args: { i: '1' },
    fused_ops: texts(['BiasAdd', ...(activation === '' ? [] : [activation])]),
  });
};

function convolutionAttributes(op: TracedOp): Record<string, NodeAttribute> {
  const { strides, dilations = 1 } = op.attributes as Record<'strides' | 'dilations', number | number[]>;
  return {
    ...padding(op),
    T: type('float32'),
    data_format: text('NHWC'),
    strides: overImages(strides),
    dilations: overImages(dilations),
  };
}

const pooling: Writer = ({ graph, op, names }) => {
  const { filterSize, strides, pad } = op.attributes as Record<string, number | number[]>;
  if (typeof pad !== 'string') throw unsupported(op, `the padding ${JSON.stringify(pad)}`);
  return graph.node(op.kernel, [names.x!], {
    ...padding(op),
    T: type('float32'),
    ksize: overImages(filterSize),
    strides: overImages(strides),
  });
};

const matrixProduct: Writer = ({ graph, op, names }) => {
  const { transposeA = false, transposeB = false } = op.attributes as Record<string, boolean>;
  const inputs = [names.a!, names.b!];
  const T = type('float32');
  return op.output.shape.length === 2
    ? graph.node('MatMul', inputs, { T, transpose_a: { b: transposeA }, transpose_b: { b: transposeB } })
    : graph.node('BatchMatMulV2', inputs, { T, adj_x: { b: transposeA }, adj_y: { b: transposeB } });
};

/** With bias and activation as separate ops. */
const unfused =
  (main: Writer): Writer =>
  (writing) => {
    const { graph, op, names } = writing;
    const name = activationOf(op);
    const product = main(writing);
    const T = type('float32');
    const biased = names.bias === undefined ? product : graph.node('AddV2', [product, names.bias], { T });
    return name === '' ? biased : graph.node(name, [biased], { T });
  };

const ACTIVATIONS: Readonly<Record<string, string | undefined>> = {
  linear: '',
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
};

/** TensorFlow's name of the activation that an op ends in, empty where there is none. */
function activationOf(op: TracedOp): string {
  const { activation = 'linear' } = op.attributes as { activation?: string };
  const name = ACTIVATIONS[activation];
  if (name === undefined) throw unsupported(op, `the activation '${activation}'`);
  return name;
}

const batchNormalisation: Writer = ({ graph, op, names }) => {
  const { varianceEpsilon } = op.attributes as { varianceEpsilon: number };
  const channels = op.output.shape.at(-1)!;
  const filled = (value: number) => graph.constant(new Float32Array(channels).fill(value), [channels]);
  const inputs = [
    names.x!,
    names.scale ?? filled(1),
    names.offset ?? filled(0),
    names.mean!,
    names.variance!,
  ];
  return graph.node('FusedBatchNormV3', inputs, {
    T: type('float32'),
    epsilon: { f: varianceEpsilon },
    is_training: { b: false },
  });
};

/** An open size means all that is there, so it has to be. */
const slice: Writer = ({ graph, op, names, openShape }) => {
  const sizes = openShape();
  const given = [op.attributes.begin as number | number[]].flat();
  const begin = sizes.map((_, axis) => given[axis] ?? 0);
  const ends = begin.map((from, axis) => from + op.output.shape[axis]);
  if (sizes.some((size, axis) => size === -1 && ends[axis] !== op.inputs.x!.shape[axis]))
    throw unsupported(op, 'a part of the batch that depends on its size');
  return graph.node('Slice', [names.x!, graph.wholeNumbers(begin), graph.wholeNumbers(sizes)]);
};

const UNARY = 'Abs Elu Exp Identity Log Neg Relu Relu6 Rsqrt Selu Sigmoid Sqrt Square Softplus Tanh';
const BINARY = { Add: 'AddV2', Multiply: 'Mul', Sub: 'Sub', RealDiv: 'RealDiv', Maximum: 'Maximum' };
const MORE_BINARY = { Minimum: 'Minimum', Pow: 'Pow', SquaredDifference: 'SquaredDifference' };

/** Every kernel of tfjs that can be written, by its name. */
const WRITERS: Readonly<Record<string, Writer | undefined>> = {
  ...Object.fromEntries(UNARY.split(' ').map((name) => [name, plain(name, 'x')])),
  ...Object.fromEntries(
    Object.entries({ ...BINARY, ...MORE_BINARY }).map(([kernel, name]) => [kernel, plain(name, 'a', 'b')]),
  ),
  ...Object.fromEntries(['Max', 'Mean', 'Min', 'Sum'].map((name) => [name, reduction])),
  Prelu: plain('Prelu', 'x', 'alpha'),
  Conv2D: convolution('Conv2D'),
  FusedConv2D: fusedConvolution,
  DepthwiseConv2dNative: convolution('DepthwiseConv2dNative'),
  FusedDepthwiseConv2D: unfused(convolution('DepthwiseConv2dNative')),
  AvgPool: pooling,
  MaxPool: pooling,
  BatchMatMul: matrixProduct,
  _FusedMatMul: unfused(matrixProduct),
  FusedBatchNorm: batchNormalisation,
  LeakyRelu: ({ graph, op, names }) =>
    graph.node('LeakyRelu', [names.x!], { alpha: { f: (op.attributes as { alpha: number }).alpha } }),
  Softmax: ({ graph, names }) => graph.node('Softmax', [names.logits!]),
  Cast: ({ graph, op, names }) => graph.node('Cast', [names.x!], { DstT: type(op.output.dtype) }),
  Reshape: ({ graph, names, openShape }) =>
    graph.node('Reshape', [names.x!, graph.wholeNumbers(openShape())]),
  ExpandDims: ({ graph, op, names }) =>
    graph.node('ExpandDims', [
      names.input!,
      graph.constant(Int32Array.of((op.attributes as { dim: number }).dim), []),
    ]),
  Slice: slice,
  Transpose: ({ graph, op, names }) =>
    graph.node('Transpose', [
      names.x!,
      graph.wholeNumbers((op.attributes as { perm: readonly number[] }).perm),
    ]),
  PadV2: ({ graph, op, names }) => {
    const { paddings, constantValue } = op.attributes as { paddings: number[][]; constantValue: number };
    const sizes = graph.constant(Int32Array.from(paddings.flat()), [paddings.length, 2]);
    return graph.node('PadV2', [names.x!, sizes, graph.constant(Float32Array.of(constantValue), [])]);
  },
  Concat: ({ graph, op, names }) => {
    const axis = graph.constant(Int32Array.of((op.attributes as { axis: number }).axis), []);
    const parts = Object.values(names) as string[];
    return graph.node('ConcatV2', [...parts, axis], { N: { i: String(parts.length) } });
  },
};

/** Names of the kernels that can be written. */
export const KERNELS: readonly string[] = Object.keys(WRITERS);

/** Writes an op. Throws `EXPORT_NOT_POSSIBLE` for one that is not known, or used in a way that is not. */
export function writeOp(writing: Writing): string {
  const write = WRITERS[writing.op.kernel];
  if (write === undefined) throw unsupported(writing.op);
  const { dataFormat } = writing.op.attributes as { dataFormat?: string };
  if (dataFormat !== undefined && dataFormat !== 'NHWC') throw unsupported(writing.op, `'${dataFormat}'`);
  return write(writing);
}

/** Height and width as the lists of four that TensorFlow has. */
function overImages(size: number | number[]): NodeAttribute {
  const [height, width] = Array.isArray(size) ? size : [size, size];
  return wholes([1, height, width, 1]);
}

function padding({ attributes }: TracedOp): Record<string, NodeAttribute> {
  const { pad } = attributes as { pad: 'same' | 'valid' | number | number[][] };
  if (typeof pad === 'string') return { padding: text(pad.toUpperCase()) };
  const both = (size: number) => [size, size];
  const sides = typeof pad === 'number' ? [[0, 0], both(pad), both(pad), [0, 0]] : pad;
  return { padding: text('EXPLICIT'), explicit_paddings: wholes(sides.flat()) };
}
