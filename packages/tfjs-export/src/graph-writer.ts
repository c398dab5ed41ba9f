import type { DataType, io } from '@tensorflow/tfjs-core';

/** An attribute of a node as a `model.json` holds it; the names are those of TensorFlow's attr_value.proto. */
export type NodeAttribute =
  | { readonly b: boolean }
  | { readonly f: number }
  | { readonly i: string }
  | { readonly s: string }
  | { readonly type: string }
  | { readonly list: { readonly i: readonly string[] } | { readonly s: readonly string[] } }
  | { readonly shape: TensorShape }
  | { readonly tensor: { readonly dtype: string; readonly tensorShape: TensorShape } };

interface TensorShape {
  readonly dim: readonly { readonly size: string }[];
}

/** A node of a graph model. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, NodeAttribute>>;
}

/** TensorFlow's names of the types that a graph model can hold here. */
const TYPES: Readonly<Partial<Record<DataType, string>>> = {
  float32: 'DT_FLOAT',
  int32: 'DT_INT32',
  bool: 'DT_BOOL',
};

/** An attribute of whole numbers. */
export const wholes = (values: readonly number[]): NodeAttribute => ({ list: { i: values.map(String) } });
/** An attribute of text. */
export const text = (value: string): NodeAttribute => ({ s: btoa(value) });
/** An attribute of texts. */
export const texts = (values: readonly string[]): NodeAttribute => ({
  list: { s: values.map((value) => btoa(value)) },
});
/** An attribute that is a type; float32 where there is no name for it. */
export const type = (dtype: DataType): NodeAttribute => ({ type: TYPES[dtype] ?? 'DT_FLOAT' });
/** A shape, −1 where it is open. */
export const shapeOf = (shape: readonly number[]): TensorShape => ({
  dim: shape.map((size) => ({ size: String(size) })),
});

/** Gathers the nodes and weights of a graph model. */
export class GraphWriter {
  readonly nodes: GraphNode[] = [];
  readonly #specs: io.WeightsManifestEntry[] = [];
  readonly #data: Uint8Array[] = [];

  /** Adds a node; returns the name of its value. */
  node(
    op: string,
    input: readonly string[],
    attr: GraphNode['attr'] = {},
    name = `${op}_${this.nodes.length}`,
  ): string {
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  /** Adds the input, float32, its batch open. */
  input(name: string, exampleShape: readonly number[]): string {
    return this.node(
      'Placeholder',
      [],
      { dtype: type('float32'), shape: { shape: shapeOf([-1, ...exampleShape]) } },
      name,
    );
  }

  /** Adds a constant, its values with the weights. */
  constant(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[]): string {
    const dtype =
      values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool';
    const name = `constant_${this.#specs.length}`;
    this.#specs.push({ name, shape: [...shape], dtype });
    this.#data.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const typeName = TYPES[dtype]!;
    const tensor = { dtype: typeName, tensorShape: shapeOf(shape) };
    return this.node('Const', [], { dtype: type(dtype), value: { tensor } }, name);
  }

  /** Adds a list of whole numbers as a constant. */
  wholeNumbers(values: readonly number[]): string {
    return this.constant(Int32Array.from(values), [values.length]);
  }

  /** All weights, in the order of their specifications. */
  weights(): { readonly weightSpecs: io.WeightsManifestEntry[]; readonly weightData: ArrayBuffer } {
    const weightData = new Uint8Array(this.#data.reduce((size, { length }) => size + length, 0));
    let at = 0;
    for (const bytes of this.#data) {
      weightData.set(bytes, at);
      at += bytes.length;
    }
    return { weightSpecs: this.#specs, weightData: weightData.buffer };
  }
}
