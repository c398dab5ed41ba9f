import { BFLOAT16, makerOf } from './graph.js';
import type { Graph, GraphOp } from './graph.js';
import { attributeOf } from './graph-editor.js';

/** Places of what a gradient takes again of the forward pass, and of the gradient that it goes on with. */
const TAKEN_AGAIN = 0;
const GRADIENT = 2;

/**
 * The same graph, in which images that wait for their gradient wait without the zeros around them, and in bfloat16 where they are: the
 * operations that make more of them are done again when the gradient is there. The bits stay, and the peak of memory is lower.
 */
export function waitSmall(graph: Graph): Graph {
  const makers = new Map(graph.ops.map((op) => [op.name, op]));
  const takers = new Map<string, number>();
  for (const { inputs } of graph.ops)
    for (const value of new Set(inputs)) takers.set(value, (takers.get(value) ?? 0) + 1);
  const ops: GraphOp[] = [];

  /** The name of the same value, made again behind `after`. */
  const again = (value: string, after: string): string => {
    const maker = makers.get(makerOf(value));
    if (maker === undefined || !makesMore(maker)) return value;
    const name = `${maker.name}_again_${ops.length}`;
    const inputs = [again(maker.inputs[0], after), ...maker.inputs.slice(1)];
    ops.push({ ...maker, name, inputs, after: [after] });
    return `${name}:0`;
  };

  for (const op of graph.ops) {
    const value = op.inputs[TAKEN_AGAIN];
    const waits = isGradient(op) && takers.get(value)! > 1;
    const inputs = waits
      ? op.inputs.with(TAKEN_AGAIN, again(value, makerOf(op.inputs[GRADIENT])))
      : op.inputs;
    ops.push({ ...op, inputs });
  }
  return { ...graph, ops };
}

function isGradient({ op }: GraphOp): boolean {
  return op.endsWith('BackpropFilter') || op === 'MaxPoolGrad';
}

/** Whether an operation gives the values that it takes in more bytes. */
function makesMore(op: GraphOp): boolean {
  return op.op === 'PadV2' || (op.op === 'Cast' && attributeOf(op, 'SrcT') === BFLOAT16);
}
