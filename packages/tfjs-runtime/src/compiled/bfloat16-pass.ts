import { BFLOAT16_LIST } from './bfloat16-list.js';
import type { InBfloat16 } from './bfloat16-list.js';
import type { Graph, GraphOp } from './graph.js';
import type { Binding } from './recordable-backend.js';

/** TensorFlow's number of the type; JavaScript has none of it, so that it lives within graphs only. */
const BFLOAT16 = 14;

/**
 * The same graph with the operations of the list in bfloat16. Every value is cast at most once in each direction, and
 * never where a cast has undone another; inputs, constants and results stay as they are.
 */
export function toBfloat16(graph: Graph, binding: Binding): Graph {
  const pass = new Bfloat16Pass(binding);
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
  /** Values that are in bfloat16 where they are made. */
  readonly #half = new Set<string>();
  /** What a value is in the other type. */
  readonly #casts = new Map<string, string>();
  /** Casts from float32 to itself, which tfjs makes for its means. */
  readonly #same = new Map<string, string>();

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  add(op: GraphOp): void {
    const inputs = op.inputs.map((input) => this.#same.get(input) ?? input);
    const [from, to] = ['SrcT', 'DstT'].map((name) => this.#typeOf(op, name));
    const entry = BFLOAT16_LIST.get(op.op);
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
    if (this.#typeOf(op, 'T') !== this.#binding.TF_FLOAT) return false;
    return follows.every((place) => this.#half.has(inputs[place]));
  }

  #addHalf(op: GraphOp, inputs: readonly string[], { takes, gives }: InBfloat16): void {
    const taken = inputs.map((input, place) =>
      takes.includes(place) ? this.#bfloat16(input) : this.float32(input),
    );
    const attributes = op.attributes.map((attribute) =>
      attribute.name === 'T' ? { ...attribute, value: BFLOAT16 } : attribute,
    );
    this.ops.push({ ...op, inputs: taken, attributes });
    if (gives.length > 0) for (const place of gives) this.#half.add(`${op.name}:${place}`);
    else this.#same.set(`${op.name}:0`, this.#cast(`${op.name}:0`, this.#binding.TF_FLOAT));
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
    });
    this.#casts.set(value, `${name}:0`);
    return `${name}:0`;
  }

  #typeOf({ attributes }: GraphOp, name: string): unknown {
    return attributes.find((attribute) => attribute.name === name)?.value;
  }
}
