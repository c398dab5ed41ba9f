import { COLLECTIVE_OPS } from './collective-ops.js';
import type { Graph } from './graph.js';
import { guardedValues } from './guarded-values.js';
import type { Binding, Handle } from './recordable-backend.js';
import type { GraphNode } from './saved-model.js';
import { SAVED_MODEL_TAG, toSavedModel } from './saved-model.js';
import { areValues } from './waiting-ops.js';

/** A graph that TensorFlow has loaded. */
export class GraphSession {
  readonly #binding: Binding;
  readonly #model: number;
  readonly #wanted: number;
  readonly #constants: readonly number[];
  readonly #inputNames: string;
  readonly #outputNames: string;

  /** Throws what TensorFlow says of a graph that it cannot load. */
  constructor(graph: Graph, binding: Binding) {
    // TensorFlow rewrites what it knows to be constant, x / c into x · (1/c) for one, and so changes the last bit of
    // results. It is told only what it needs: whole numbers that are shapes and axes.
    const shapes = shapesOf(graph);
    const isTold = ({ name, dtype }: NamedConstant) => dtype !== binding.TF_FLOAT && shapes.has(`${name}:0`);
    const told = graph.constants.filter(isTold);
    const fed = graph.constants.filter((constant) => !isTold(constant));
    const placeholders = [...graph.inputs, ...fed];
    const wanted = [...graph.outputs, ...graph.updates];
    // Other processes wait for a reduction whose sum nobody takes, too.
    const reductions = graph.ops.filter(({ op }) => COLLECTIVE_OPS.has(op)).map(({ name }) => `${name}:0`);
    const types = new Map(graph.ops.map(({ name, outputs }) => [`${name}:0`, outputs[0].dtype]));
    const taken = [...guardedValues(graph), ...reductions].map((from) => ({ from, dtype: types.get(from)! }));
    const results = [...wanted, ...taken];
    const typed = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value });
    const nodes: GraphNode[] = [
      ...placeholders.map(({ name, dtype, shape }) => ({
        name,
        op: 'Placeholder',
        inputs: [],
        attributes: [typed('dtype', dtype), { name: 'shape', type: binding.TF_ATTR_SHAPE, value: shape }],
      })),
      ...told.map(({ name, ...tensor }) => ({
        name,
        op: 'Const',
        inputs: [],
        attributes: [typed('dtype', tensor.dtype), { name: 'value', ...tensor }],
      })),
      ...graph.ops.map(({ after = [], ...op }) => ({
        ...op,
        inputs: [...op.inputs, ...after.map((name) => `^${name}`)],
      })),
      // A value can be wanted twice, or be a placeholder; what is fetched must be neither.
      ...results.map(({ from, dtype }, at) => ({
        name: `result_${at}`,
        op: 'Identity',
        inputs: [from],
        attributes: [typed('T', dtype)],
      })),
    ];
    this.#binding = binding;
    this.#wanted = wanted.length;
    this.#model = load(toSavedModel(nodes, binding), binding);
    this.#constants = fed.map(({ shape, dtype, values }) => binding.createTensor(shape, dtype, values));
    this.#inputNames = placeholders.map(({ name }) => `${name}:0`).join(',');
    this.#outputNames = results.map((_, at) => `result_${at}:0`).join(',');
  }

  /** New handles of the graph's outputs, then of its updates, for handles of its inputs. Throws where an op does. */
  run(inputs: readonly number[]): Handle[] {
    const all = [...inputs, ...this.#constants];
    const results = this.#binding.runSavedModel(this.#model, all, this.#inputNames, this.#outputNames);
    for (const { id } of results.slice(this.#wanted)) this.#binding.deleteTensor(id);
    return results.slice(0, this.#wanted);
  }

  dispose(): void {
    this.#binding.deleteSavedModel(this.#model);
    for (const id of this.#constants) this.#binding.deleteTensor(id);
  }
}

type NamedConstant = Graph['constants'][number];

/** The values that some op takes where it may need to know a shape or an axis. */
function shapesOf({ ops }: Graph): ReadonlySet<string> {
  return new Set(
    ops.flatMap(({ op, inputs }) => inputs.filter((_, at) => !areValues(op, at, inputs.length))),
  );
}

/** The binding loads from a folder; TensorFlow has read all of it when the call returns. */
function load(bytes: Uint8Array, binding: Binding): number {
  // Asked for here instead of imported, since browsers load this module too, though they never get here.
  const { mkdtempSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { tmpdir } = process.getBuiltinModule('node:os');
  const { join } = process.getBuiltinModule('node:path');
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-step-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    return binding.loadSavedModel(folder, SAVED_MODEL_TAG);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
