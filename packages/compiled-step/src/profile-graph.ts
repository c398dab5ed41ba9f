import { COLLECTIVE_OPS } from './collective-ops.js';
import { errors } from './errors.js';
import { BFLOAT16 } from './graph.js';
import type { Graph, GraphOp } from './graph.js';
import type { Binding, Handle } from './recordable-backend.js';

/** What all operations of one kind took in one step. */
export interface OperationProfile {
  /** TensorFlow's name of the operation. */
  readonly op: string;
  /** `bfloat16` where any input or output is; `other` for whole numbers and truth values. */
  readonly precision: 'float32' | 'bfloat16' | 'other';
  readonly calls: number;
  /** Milliseconds of all calls, each the median of the rounds. */
  readonly ms: number;
  /** Bytes of all inputs and outputs: what must at least pass through memory, or through the caches. */
  readonly bytes: number;
  /** Multiplications and additions of convolutions and matrix products as they are defined; 0 for other operations. */
  readonly flops: number;
}

/** TensorFlow's numbers of types by the size of a value. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [BFLOAT16, 2],
  [10, 1],
  [9, 8],
]);

/**
 * Times the operations of a graph one by one, some 20 µs of calling included in each, and sums them up by kind and precision, the
 * longest first. Updates go nowhere. Throws what an operation throws, and COMPILED_PROFILE_REDUCES.
 *
 * @param ids Handles of the graph's inputs.
 * @param rounds Runs of the whole graph, 1 or more, besides one that does not count.
 */
export function profileGraph(
  graph: Graph,
  binding: Binding,
  ids: readonly number[],
  rounds: number,
): OperationProfile[] {
  const reduction = graph.ops.find(({ op }) => COLLECTIVE_OPS.has(op));
  if (reduction !== undefined) throw errors.PROFILE_REDUCES({ op: reduction.op });
  const runs = Array.from({ length: rounds + 1 }, () => runOnce(graph, binding, ids)).slice(1);
  const kinds = new Map<string, OperationProfile>();
  graph.ops.forEach(({ op }, at) => {
    const { precision, bytes, flops } = runs[0][at];
    const times = runs.map((run) => run[at].ms).sort((a, b) => a - b);
    const key = `${op} ${precision}`;
    const sum = kinds.get(key) ?? { op, precision, calls: 0, ms: 0, bytes: 0, flops: 0 };
    kinds.set(key, {
      ...sum,
      calls: sum.calls + 1,
      ms: sum.ms + times[times.length >> 1],
      bytes: sum.bytes + bytes,
      flops: sum.flops + flops,
    });
  });
  return [...kinds.values()].sort((a, b) => b.ms - a.ms);
}

type Timed = Pick<OperationProfile, 'precision' | 'ms' | 'bytes' | 'flops'>;

/** One round; values are freed behind their last use, as TensorFlow does within a graph. */
function runOnce(graph: Graph, binding: Binding, ids: readonly number[]): Timed[] {
  const values = new Map<string, Handle>();
  const own = new Set<number>();
  const keep = (name: string, handle: Handle): void => void values.set(name, handle);
  graph.inputs.forEach(({ name, dtype, shape }, at) => keep(`${name}:0`, { id: ids[at], dtype, shape }));
  for (const { name, dtype, shape, values: numbers } of graph.constants) {
    const id = binding.createTensor(shape, dtype, numbers);
    own.add(id);
    keep(`${name}:0`, { id, dtype, shape });
  }
  const lastUse = new Map(graph.ops.flatMap(({ inputs }, at) => inputs.map((input) => [input, at] as const)));
  const free = ({ id }: Handle): void => {
    if (own.delete(id)) binding.deleteTensor(id);
  };
  try {
    return graph.ops.map(({ name, op, attributes, inputs, outputs }, at) => {
      const taken = inputs.map((input) => values.get(input)!);
      const start = performance.now();
      const given = binding.executeOp(
        op,
        attributes,
        taken.map(({ id }) => id),
        outputs.length,
      );
      const ms = performance.now() - start;
      given.forEach((handle, place) => {
        own.add(handle.id);
        keep(`${name}:${place}`, handle);
      });
      for (const input of new Set(inputs)) if (lastUse.get(input) === at) free(values.get(input)!);
      return { ms, ...workOf(op, attributes, taken, given, binding) };
    });
  } finally {
    for (const id of own) binding.deleteTensor(id);
  }
}

function workOf(
  op: string,
  attributes: GraphOp['attributes'],
  taken: readonly Handle[],
  given: readonly Handle[],
  { TF_FLOAT }: Binding,
): Omit<Timed, 'ms'> {
  const all = [...taken, ...given];
  const full = given[0]?.dtype === TF_FLOAT ? 'float32' : 'other';
  return {
    precision: all.some(({ dtype }) => dtype === BFLOAT16) ? 'bfloat16' : full,
    bytes: all.reduce((sum, { dtype, shape }) => sum + size(shape) * (SIZES.get(dtype) ?? 4), 0),
    flops: flopsOf(op, attributes, taken, given),
  };
}

/** Two for every product: `[.., rows, inner]` by `[inner, columns]`, or a filter at every place of the results. */
function flopsOf(
  op: string,
  attributes: GraphOp['attributes'],
  taken: readonly Handle[],
  given: readonly Handle[],
): number {
  if (op === 'MatMul' || op === 'BatchMatMulV2') {
    const isTransposed = attributes.some(
      ({ name, value }) => /^(transpose_a|adj_x)$/.test(name) && value === true,
    );
    return 2 * size(given[0].shape) * taken[0].shape.at(isTransposed ? -2 : -1)!;
  }
  if (!/Conv/.test(op)) return 0;
  // A gradient takes that of the results last; that of images takes the filter before it, and that of the filter gives it.
  const isGradient = op.includes('Backprop');
  const results = isGradient ? taken.at(-1)! : given[0];
  const filter = op.includes('BackpropFilter') ? given[0] : taken.at(isGradient ? -2 : 1)!;
  const [tall, wide, inputs] = filter.shape;
  return 2 * size(results.shape) * tall * wide * (op.includes('Depthwise') ? 1 : inputs);
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1);
}
