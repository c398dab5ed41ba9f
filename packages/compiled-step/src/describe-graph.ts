import { BFLOAT16 } from './graph.js';
import type { Graph, GraphOp } from './graph.js';
import type { Binding } from './recordable-backend.js';

/** How often each of TensorFlow's operations is in a graph, by the precision that it computes in. */
export interface GraphDescription {
  readonly bfloat16: Readonly<Record<string, number>>;
  readonly float32: Readonly<Record<string, number>>;
  /** Casts between the two; among the float32 ones are none of them. */
  readonly casts: number;
}

/** Counts the operations of a graph; those without their own type count as float32. */
export function describeGraph({ ops }: Graph, { TF_ATTR_TYPE }: Binding): GraphDescription {
  const takes = ({ attributes }: GraphOp, name: string) =>
    attributes.some(
      (attribute) =>
        attribute.name === name && attribute.type === TF_ATTR_TYPE && attribute.value === BFLOAT16,
    );
  const isCast = (op: GraphOp) => takes(op, 'SrcT') || takes(op, 'DstT');
  const others = ops.filter((op) => !isCast(op));
  return {
    bfloat16: count(others.filter((op) => takes(op, 'T'))),
    float32: count(others.filter((op) => !takes(op, 'T'))),
    casts: ops.length - others.length,
  };
}

function count(ops: readonly GraphOp[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { op } of ops) counts[op] = (counts[op] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)));
}
