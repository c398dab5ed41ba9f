import { PbfWriter } from 'pbf';
import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import { bytesOf } from './bytes-of.js';
import type { Binding, HostValues } from './recordable-backend.js';

/** A node of a TensorFlow graph. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Names of values, such as `Conv2D_3:0`, then of operations that must be done before, such as `^Conv2D_3`. */
  readonly inputs: readonly string[];
  readonly attributes: readonly NodeAttribute[];
}

/** An attribute as tfjs-node's binding takes it, or a tensor. */
export type NodeAttribute =
  | OpAttribute
  | {
      readonly name: string;
      readonly dtype: number;
      readonly shape: readonly number[];
      readonly values: HostValues;
    };

/** The tag of the one graph in the model. */
export const SAVED_MODEL_TAG = 'step';

/** Version of the graphs of TensorFlow 2.9, which tfjs-node's kernels are written for. */
const PRODUCER = 1087;

/**
 * The bytes of a `saved_model.pb`. The numbers of the fields are those in TensorFlow's saved_model.proto,
 * meta_graph.proto, graph.proto, versions.proto, node_def.proto, attr_value.proto, tensor.proto and tensor_shape.proto.
 */
export function toSavedModel(nodes: readonly GraphNode[], binding: Binding): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, 1);
  message(writer, 2, () => {
    message(writer, 1, () => writer.writeStringField(4, SAVED_MODEL_TAG));
    message(writer, 2, () => {
      for (const node of nodes) message(writer, 1, () => writeNode(writer, node, binding));
      message(writer, 4, () => writer.writeVarintField(1, PRODUCER));
    });
  });
  return writer.finish();
}

function writeNode(writer: PbfWriter, { name, op, inputs, attributes }: GraphNode, binding: Binding): void {
  writer.writeStringField(1, name);
  writer.writeStringField(2, op);
  for (const input of inputs) writer.writeStringField(3, input);
  for (const attribute of attributes) {
    message(writer, 5, () => {
      writer.writeStringField(1, attribute.name);
      message(writer, 2, () => writeValue(writer, attribute, binding));
    });
  }
}

function writeValue(writer: PbfWriter, attribute: NodeAttribute, binding: Binding): void {
  if ('values' in attribute) {
    message(writer, 8, () => {
      writer.writeVarintField(1, attribute.dtype);
      message(writer, 2, () => writeShape(writer, attribute.shape));
      writer.writeBytesField(4, bytesOf(attribute.values));
    });
    return;
  }
  const { type, value } = attribute;
  if (Array.isArray(value) && type !== binding.TF_ATTR_SHAPE) {
    message(writer, 1, () => writeList(writer, type, value, binding));
  } else if (type === binding.TF_ATTR_STRING) writer.writeStringField(2, value as string);
  else if (type === binding.TF_ATTR_INT) writer.writeVarintField(3, value as number);
  else if (type === binding.TF_ATTR_FLOAT) writer.writeFloatField(4, value as number);
  else if (type === binding.TF_ATTR_BOOL) writer.writeBooleanField(5, value as boolean);
  else if (type === binding.TF_ATTR_TYPE) writer.writeVarintField(6, value as number);
  else message(writer, 7, () => writeShape(writer, value as number[]));
}

/** Lists are of whole numbers, numbers or truth values: tfjs-node's binding takes no others. */
function writeList(writer: PbfWriter, type: number, value: unknown[], binding: Binding): void {
  if (type === binding.TF_ATTR_INT) writer.writePackedVarint(3, value as number[]);
  else if (type === binding.TF_ATTR_FLOAT) writer.writePackedFloat(4, value as number[]);
  else writer.writePackedBoolean(5, value as boolean[]);
}

function writeShape(writer: PbfWriter, shape: readonly number[]): void {
  for (const size of shape) message(writer, 2, () => writer.writeVarintField(1, size));
}

function message(writer: PbfWriter, field: number, write: () => void): void {
  writer.writeMessage(field, write, undefined);
}
