import { BFLOAT16_LIST } from './bfloat16-list.js';
import type { InBfloat16 } from './bfloat16-list.js';
import { BFLOAT16 } from './graph.js';
import type { Graph, GraphOp, Value } from './graph.js';
import { attributeOf, withAttributes } from './graph-editor.js';
import type { Binding } from './recordable-backend.js';

/** What the pass needs to know. */
export interface Bfloat16Options {
  readonly binding: Binding;
  /** Whether TensorFlow's convolutions are faster in bfloat16; otherwise they run in float32 on the same values, stored in bfloat16. */
  readonly fastProducts: boolean;
}

/**
 * The same graph with the operations of the list in bfloat16. Every value is cast at most once in each direction, and
 * never where a cast has undone another; inputs, constants and results stay as they are.
 */
export function toBfloat16(graph: Graph, { binding, fastProducts }: Bfloat16Options): Graph {
  const pass = new Bfloat16Pass(binding, fastProducts, graph);
  for (const op of graph.ops) pass.add(op);
  const asFloat32 = <Result extends { readonly from: string }>(result: Result): Result => ({
    ...result,
    from: pass.float32(result.from),
  });
  return {
    ...graph,
    outputs: graph.outputs.map(asFloat32),
    updates: graph.updates.map(asFloat32),
    ops: pass.ops,
  };
}

class Bfloat16Pass {
  readonly ops: GraphOp[] = [];
  readonly #binding: Binding;
  readonly #fastProducts: boolean;
  readonly #values = new Map<string, Value>();
  /** Values that are in bfloat16 where they are made. */
  readonly #half = new Set<string>();
  /** What a value is in the other type. */
  readonly #casts = new Map<string, string>();
  /** Casts from float32 to itself, which tfjs makes for its means. */
  readonly #same = new Map<string, string>();

  constructor(binding: Binding, fastProducts: boolean, graph: Graph) {
    this.#binding = binding;
    this.#fastProducts = fastProducts;
    for (const { name, ...value } of [...graph.inputs, ...graph.constants])
      this.#values.set(`${name}:0`, value);
  }

  add(op: GraphOp): void {
    const inputs = op.inputs.map((input) => this.#same.get(input) ?? input);
    const [from, to] = ['SrcT', 'DstT'].map((name) => attributeOf(op, name));
    const entry = BFLOAT16_LIST.get(op.op);
    op.outputs.forEach((value, at) => this.#values.set(`${op.name}:${at}`, value));
    if (op.op === 'Cast' && from !== undefined && from === to) {
      this.#same.set(`${op.name}:0`, inputs[0]);
    } else if (entry !== undefined && this.#joins(op, inputs, entry)) {
      this.#addHalf(op, inputs, entry);
    } else {
      this.ops.push({ ...op, inputs: inputs.map((input) => this.float32(input)) });
    }
  }

  /** The name of a value in float32, or in a type that is none of ours. */
  float32(name: string): string {
    const value = this.#same.get(name) ?? name;
    return this.#half.has(value) ? this.#cast(value, this.#binding.TF_FLOAT) : value;
  }

  #joins(op: GraphOp, inputs: readonly string[], { follows }: InBfloat16): boolean {
    if (attributeOf(op, 'T') !== this.#binding.TF_FLOAT) return false;
    return follows.every((place) => this.#half.has(inputs[place]));
  }

  #addHalf(op: GraphOp, inputs: readonly string[], entry: InBfloat16): void {
    const { takes, gives, castsBack = [], products = false } = entry;
    if (products && !this.#fastProducts) {
      this.ops.push({ ...op, inputs: inputs.map((input) => this.float32(input)) });
      for (const place of gives) this.#replace(`${op.name}:${place}`, BFLOAT16);
      return;
    }
    const halves = inputs.map((input, place) =>
      takes.includes(place) ? this.#bfloat16(input) : this.float32(input),
    );
    this.ops.push({ ...withAttributes(op, { T: BFLOAT16 }), inputs: halves });
    for (const place of gives) this.#half.add(`${op.name}:${place}`);
    for (const place of castsBack) this.#replace(`${op.name}:${place}`, this.#binding.TF_FLOAT);
  }

  /** Whoever takes the value takes what it is in the other type. */
  #replace(value: string, to: number): void {
    this.#same.set(value, this.#cast(value, to));
  }

  #bfloat16(value: string): string {
    return this.#half.has(value) ? value : this.#cast(value, BFLOAT16);
  }

  #cast(value: string, to: number): string {
    const known = this.#casts.get(value);
    if (known !== undefined) return known;
    const type = this.#binding.TF_ATTR_TYPE;
    const name = `to_${to === BFLOAT16 ? 'bfloat16' : 'float32'}_${this.#casts.size}`;
    this.ops.push({
      name,
      op: 'Cast',
      inputs: [value],
      attributes: [
        { name: 'SrcT', type, value: to === BFLOAT16 ? this.#binding.TF_FLOAT : BFLOAT16 },
        { name: 'DstT', type, value: to },
        { name: 'Truncate', type: this.#binding.TF_ATTR_BOOL, value: false },
      ],
      outputs: [{ dtype: to, shape: this.#values.get(value)?.shape ?? [] }],
    });
    this.#casts.set(value, `${name}:0`);
    if (to === BFLOAT16) this.#half.add(`${name}:0`);
    return `${name}:0`;
  }
}
