import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Trace, TracedOp, TracedValue } from './trace.js';

const ACTIVATIONS: Readonly<Record<string, string | undefined>> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Elu: 'elu',
  Sigmoid: 'sigmoid',
};

/**
 * The same trace with each convolution and what follows it channel by channel as one operation: factors go into its kernel, summands
 * into its bias, an activation behind. That is batch normalisation in evaluation, and half of the operations of a residual
 * network. Its constants are freed with it; the given trace is part of it.
 */
export function fuse(trace: Trace): Trace {
  const made: Tensor[] = [];
  const keep = (make: () => Tensor): TracedValue => {
    const from = tf.keep(tf.tidy(make));
    made.push(from);
    return { from, shape: from.shape, dtype: from.dtype };
  };
  const uses = countUses(trace);
  const ops: TracedOp[] = [];
  /** Where the value of each op of the given trace is now. */
  const places: number[] = [];
  const moved = (value: TracedValue): TracedValue =>
    typeof value.from === 'number' ? { ...value, from: places[value.from] } : value;

  for (const op of trace.ops) {
    const entries = Object.entries(op.inputs).map(([name, value]) => [name, value && moved(value)]);
    const here: TracedOp = { ...op, inputs: Object.fromEntries(entries) as TracedOp['inputs'] };
    const before = Object.values(op.inputs).find((value) => typeof value?.from === 'number')?.from as number;
    const place = before === undefined || uses[before] > 1 ? -1 : places[before];
    const joined = place < 0 ? undefined : join(ops[place], here, keep);
    if (joined) ops[place] = joined;
    else ops.push(here);
    places.push(joined ? place : ops.length - 1);
  }
  const dispose = (): void => {
    trace.dispose();
    tf.dispose(made);
  };
  return { ops, output: moved(trace.output), dispose };
}

/** A convolution with the next operation in it; undefined where that is not possible. */
function join(
  convolution: TracedOp,
  next: TracedOp,
  keep: (make: () => Tensor) => TracedValue,
): TracedOp | undefined {
  const { kernel, inputs, attributes } = convolution;
  const { activation = 'linear' } = attributes as { activation?: string };
  if ((kernel !== 'Conv2D' && kernel !== 'FusedConv2D') || activation !== 'linear') return undefined;
  const fused = { ...convolution, kernel: 'FusedConv2D', output: next.output };
  const followed = ACTIVATIONS[next.kernel];
  if (followed !== undefined) return { ...fused, attributes: { ...attributes, activation: followed } };

  const filter = inputs.filter?.from;
  const bias = inputs.bias?.from;
  const row = Object.values(next.inputs).find((value) => typeof value?.from === 'object')?.from as Tensor;
  const channels = convolution.output.shape[3];
  if (row?.rank !== 1 || row.size !== channels || typeof filter !== 'object') return undefined;
  if (bias !== undefined && typeof bias !== 'object') return undefined;
  const withBias = (make: () => Tensor) => ({ ...fused, inputs: { ...inputs, bias: keep(make) } });
  if (next.kernel === 'Add') return withBias(() => (bias ? tf.add(bias, row) : tf.clone(row)));
  if (next.kernel !== 'Multiply') return undefined;
  const scaled = bias ? withBias(() => tf.mul(bias, row)) : fused;
  return { ...scaled, inputs: { ...scaled.inputs, filter: keep(() => tf.mul(filter, row)) } };
}

/** How often the value of each op is used, as the result too. */
function countUses({ ops, output }: Trace): number[] {
  const uses = ops.map(() => 0);
  for (const { from } of [output, ...ops.flatMap(({ inputs }) => Object.values(inputs))].filter(
    (value) => value !== undefined,
  )) {
    if (typeof from === 'number') uses[from]++;
  }
  return uses;
}
