import { makerOf } from './graph.js';
import type { Graph, GraphOp, Value } from './graph.js';
import type { HostValues } from './recordable-backend.js';

/** TensorFlow's names of a sum of two; tfjs records either. */
export const SUMS = ['Add', 'AddV2'];

/** A graph in which operations are being replaced; every value stays known by a name such as `Conv2D_3:0`. */
export class GraphEditor {
  readonly #graph: Graph;
  readonly #ops: Map<string, GraphOp>;
  readonly #values = new Map<string, Value>();
  /** Names of the operations that take a value. */
  readonly #takers = new Map<string, Set<string>>();
  readonly #constants: ReadonlyMap<string, HostValues>;
  /** What a value that is gone is called now. */
  readonly #renamed = new Map<string, string>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#ops = new Map(graph.ops.map((op) => [op.name, op]));
    this.#constants = new Map(graph.constants.map(({ name, values }) => [`${name}:0`, values]));
    for (const { name, dtype, shape } of [...graph.inputs, ...graph.constants]) {
      this.#values.set(`${name}:0`, { dtype, shape });
    }
    for (const op of graph.ops) this.#note(op);
  }

  /** The operations as they are now. */
  ops(): GraphOp[] {
    return [...this.#ops.values()];
  }

  /** The operation that makes a value; nothing for inputs and constants. */
  maker(value: string): GraphOp | undefined {
    return this.#ops.get(makerOf(value));
  }

  /** The operation that makes a value, if it is of this kind. */
  made(value: string, ...kinds: readonly string[]): GraphOp | undefined {
    const op = this.maker(value);
    return op && kinds.includes(op.op) ? op : undefined;
  }

  /** The operation that makes a value for nobody but one, if it is of this kind. */
  madeForOne(value: string, ...kinds: readonly string[]): GraphOp | undefined {
    return this.onlyUser(value) ? this.made(value, ...kinds) : undefined;
  }

  /** Type and shape of a value. */
  value(name: string): Value | undefined {
    return this.#values.get(name);
  }

  /** The numbers of a constant. */
  constant(value: string): HostValues | undefined {
    return this.#constants.get(value);
  }

  /** The number that a constant in float32 is, if it is one. */
  scalar(value: string): number | undefined {
    const values = this.constant(value);
    return values instanceof Float32Array && values.length === 1 ? values[0] : undefined;
  }

  /** The operations that take a value, once for each time. */
  users(value: string): GraphOp[] {
    return [...(this.#takers.get(value) ?? [])].flatMap((name) => {
      const op = this.#ops.get(name)!;
      return op.inputs.filter((input) => input === value).map(() => op);
    });
  }

  /** The one operation that takes a value, which is no result either. */
  onlyUser(value: string): GraphOp | undefined {
    const users = this.users(value);
    return users.length === 1 && !this.isResult(value) ? users[0] : undefined;
  }

  /** Whether a value leaves the graph. */
  isResult(value: string): boolean {
    const results = [...this.#graph.outputs, ...this.#graph.updates];
    return results.some(({ from }) => this.#nameOf(from) === value);
  }

  /** Puts an operation in the place of the one of its name, or beside the others; it takes values by what they are called now. */
  put(op: GraphOp): void {
    const known = { ...op, inputs: op.inputs.map((input) => this.#nameOf(input)) };
    this.#forget(op.name);
    this.#ops.set(op.name, known);
    this.#note(known);
  }

  /** Takes an operation out; `becomes` has what its values are called now, where anybody needs them. */
  remove({ name }: GraphOp, becomes: Readonly<Record<string, string>> = {}): void {
    this.#forget(name);
    this.#ops.delete(name);
    for (const [value, other] of Object.entries(becomes)) {
      this.#renamed.set(value, other);
      for (const user of this.users(value)) {
        const inputs = user.inputs.map((input) => (input === value ? other : input));
        this.put({ ...user, inputs });
      }
    }
  }

  /** The graph, every operation behind those whose values it takes; nothing where they wait for one another. */
  finish(): Graph | undefined {
    const waiting = this.#needed();
    const ops: GraphOp[] = [];
    const done = new Set<string>();
    const isReady = ({ inputs }: GraphOp): boolean =>
      inputs.every((input) => {
        const maker = this.maker(input);
        return maker === undefined || done.has(maker.name);
      });
    const place = (op: GraphOp): boolean => {
      if (!isReady(op)) return false;
      ops.push(op);
      done.add(op.name);
      return true;
    };
    let left = [...waiting];
    while (left.length > 0) {
      const later = left.filter((op) => !place(op));
      if (later.length === left.length) return undefined;
      left = later;
    }
    const renamed = <Result extends { readonly from: string }>(result: Result): Result => ({
      ...result,
      from: this.#nameOf(result.from),
    });
    return {
      ...this.#graph,
      outputs: this.#graph.outputs.map(renamed),
      updates: this.#graph.updates.map(renamed),
      ops,
    };
  }

  /** What results depend on. */
  #needed(): GraphOp[] {
    const needed = new Set<string>();
    const queue = [...this.#graph.outputs, ...this.#graph.updates].map(({ from }) => this.#nameOf(from));
    for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
      const maker = this.maker(value);
      if (maker === undefined || needed.has(maker.name)) continue;
      needed.add(maker.name);
      queue.push(...maker.inputs);
    }
    return this.ops().filter(({ name }) => needed.has(name));
  }

  #nameOf(value: string): string {
    const other = this.#renamed.get(value);
    return other === undefined ? value : this.#nameOf(other);
  }

  #forget(name: string): void {
    for (const input of this.#ops.get(name)?.inputs ?? []) this.#takers.get(input)?.delete(name);
  }

  #note({ name, inputs, outputs }: GraphOp): void {
    for (const input of inputs) {
      const takers = this.#takers.get(input) ?? new Set();
      this.#takers.set(input, takers.add(name));
    }
    outputs.forEach((value, at) => this.#values.set(`${name}:${at}`, value));
  }
}

/** An operation with other values of some attributes. */
export function withAttributes(op: GraphOp, changed: Readonly<Record<string, unknown>>): GraphOp {
  return {
    ...op,
    attributes: op.attributes.map((attribute) =>
      attribute.name in changed ? { ...attribute, value: changed[attribute.name] } : attribute,
    ),
  };
}

/** The value of an attribute. */
export function attributeOf({ attributes }: GraphOp, name: string): unknown {
  return attributes.find((attribute) => attribute.name === name)?.value;
}

/** Whether two values are known to have one type and shape. */
export function alike(one: Value | undefined, other: Value | undefined): boolean {
  if (one === undefined || other?.dtype !== one.dtype) return false;
  return (
    one.shape.length === other.shape.length && one.shape.every((size, axis) => size === other.shape[axis])
  );
}
