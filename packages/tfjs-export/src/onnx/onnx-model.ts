import { PbfWriter } from 'pbf';

/** What an ONNX file holds: one graph with one input and one output, both float32. */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly input: OnnxPort;
  readonly output: OnnxPort;
  /** Kept as `metadata_props`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Version of the program that wrote it. */
  readonly version: string;
}

/** A node of an ONNX graph, of the default operator set. */
export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  /** Also the name of its value. */
  readonly output: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An attribute of a node. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string };

/** A constant. bool is `Uint8Array`, int64 `BigInt64Array`. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array | BigInt64Array;
}

/** What a graph takes or gives; −1 in its shape where it is open. */
export interface OnnxPort {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The operator set that the nodes are of. Version 17 is of 2022: ONNX Runtime reads it from 1.12 on. */
export const OPSET = 17;
/** The version of the file format that came with it. */
const IR_VERSION = 8;

/** Of `TensorProto.DataType`. */
export const DATA_TYPES = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
/** Of `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, text: 3, ints: 7 } as const;

/**
 * The bytes of an ONNX file: a `ModelProto`, with the field numbers of `onnx/onnx.proto`.
 */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, IR_VERSION);
  writer.writeStringField(2, 'evenkeel');
  writer.writeStringField(3, model.version);
  writer.writeMessage(7, writeGraph, model);
  writer.writeMessage(8, writeOpset, OPSET);
  for (const entry of Object.entries(model.metadata)) writer.writeMessage(14, writeEntry, entry);
  return writer.finish();
}

function writeGraph({ nodes, initializers, input, output }: OnnxModel, writer: PbfWriter): void {
  for (const node of nodes) writer.writeMessage(1, writeNode, node);
  writer.writeStringField(2, 'network');
  for (const tensor of initializers) writer.writeMessage(5, writeTensor, tensor);
  writer.writeMessage(11, writePort, input);
  writer.writeMessage(12, writePort, output);
}

function writeNode({ inputs, output, name, op, attributes }: OnnxNode, writer: PbfWriter): void {
  for (const input of inputs) writer.writeStringField(1, input);
  writer.writeStringField(2, output);
  writer.writeStringField(3, name);
  writer.writeStringField(4, op);
  for (const entry of Object.entries(attributes)) writer.writeMessage(5, writeAttribute, entry);
}

function writeAttribute([name, value]: [string, OnnxAttribute], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  if ('float' in value) writer.writeFloatField(2, value.float);
  else if ('int' in value) writer.writeVarintField(3, value.int);
  else if ('text' in value) writer.writeStringField(4, value.text);
  else for (const each of value.ints) writer.writeVarintField(8, each);
  const [kind] = Object.keys(value) as (keyof typeof ATTRIBUTE_TYPES)[];
  writer.writeVarintField(20, ATTRIBUTE_TYPES[kind]);
}

function writeTensor({ name, shape, values }: OnnxTensor, writer: PbfWriter): void {
  for (const size of shape) writer.writeVarintField(1, size);
  writer.writeVarintField(2, dataTypeOf(values));
  writer.writeStringField(8, name);
  writer.writeBytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function dataTypeOf(values: OnnxTensor['values']): number {
  if (values instanceof Float32Array) return DATA_TYPES.float32;
  if (values instanceof Int32Array) return DATA_TYPES.int32;
  return values instanceof Uint8Array ? DATA_TYPES.bool : DATA_TYPES.int64;
}

/** A `ValueInfoProto`. */
function writePort({ name, shape }: OnnxPort, writer: PbfWriter): void {
  writer.writeStringField(1, name);
  writer.writeMessage(2, (sizes, type) => type.writeMessage(1, writeTensorType, sizes), shape);
}

function writeTensorType(shape: OnnxPort['shape'], writer: PbfWriter): void {
  writer.writeVarintField(1, DATA_TYPES.float32);
  writer.writeMessage(2, writeShape, shape);
}

function writeShape(shape: OnnxPort['shape'], writer: PbfWriter): void {
  for (const size of shape) writer.writeMessage(1, writeSize, size);
}

function writeSize(size: number, writer: PbfWriter): void {
  if (size === -1) writer.writeStringField(2, 'batch');
  else writer.writeVarintField(1, size);
}

function writeOpset(version: number, writer: PbfWriter): void {
  writer.writeStringField(1, '');
  writer.writeVarintField(2, version);
}

function writeEntry([key, value]: [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
}
