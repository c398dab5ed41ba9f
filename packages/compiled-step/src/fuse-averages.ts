import { makerOf } from './graph.js';
import type { GraphOp } from './graph.js';
import { alike, SUMS } from './graph-editor.js';
import type { GraphEditor } from './graph-editor.js';
import type { Binding } from './recordable-backend.js';

/** A running average that moves: average·kept + (scale·value)·share. */
interface Move {
  readonly average: string;
  readonly value: string;
  readonly kept: number;
  readonly share: number;
  readonly scale: number;
  /** The operations that it takes now; the first gives the moved average. */
  readonly ops: readonly GraphOp[];
}

/**
 * Makes one operation of all running averages of vectors that move alike, as those of batch normalisations do. Same bits. Larger
 * ones, such as the moments of Adam, stay apart: together they would all be in memory at a time.
 */
export function fuseAverages(editor: GraphEditor, binding: Binding): void {
  const groups = new Map<string, Move[]>();
  for (const op of editor.ops()) {
    const move = findMove(editor, op, binding);
    if (move === undefined) continue;
    const key = [move.kept, move.share, move.scale].join();
    const group = groups.get(key) ?? [];
    const moved = new Set(group.map(({ ops }) => ops[0].name));
    // What moves twice in a step cannot do so at once.
    if ([move.average, move.value].some((value) => moved.has(makerOf(value)))) continue;
    groups.set(key, [...group, move]);
  }
  [...groups.values()].forEach((moves, number) => {
    const name = `EvenkeelMove_${number}`;
    const real = (attribute: 'kept' | 'share' | 'scale') => ({
      name: attribute,
      type: binding.TF_ATTR_FLOAT,
      value: moves[0][attribute],
    });
    const outputs = moves.map(({ ops }) => ops[0].outputs[0]);
    moves.forEach(({ ops: [moved, ...others] }, at) => {
      editor.remove(moved, { [`${moved.name}:0`]: `${name}:${at}` });
      for (const other of others) editor.remove(other);
    });
    editor.put({
      name,
      op: 'EvenkeelMove',
      inputs: [...moves.map(({ average }) => average), ...moves.map(({ value }) => value)],
      attributes: [
        { name: 'N', type: binding.TF_ATTR_INT, value: moves.length },
        real('kept'),
        real('share'),
        real('scale'),
      ],
      outputs,
    });
  });
}

function findMove(editor: GraphEditor, op: GraphOp, { TF_FLOAT }: Binding): Move | undefined {
  const [whole] = op.outputs;
  if (!SUMS.includes(op.op) || whole.dtype !== TF_FLOAT || whole.shape.length !== 1) return undefined;
  const [keptOp, sharedOp] = op.inputs.map((input) => editor.madeForOne(input, 'Mul'));
  const kept = keptOp && editor.scalar(keptOp.inputs[1]);
  const share = sharedOp && editor.scalar(sharedOp.inputs[1]);
  if (kept === undefined || share === undefined) return undefined;
  const [average] = keptOp!.inputs;
  const [taken] = sharedOp!.inputs;
  const scaled = editor.madeForOne(taken, 'Mul');
  const scale = scaled && editor.scalar(scaled.inputs[1]);
  const found =
    scale === undefined
      ? { average, value: taken, kept, share, scale: 1, ops: [op, keptOp!, sharedOp!] }
      : { average, value: scaled!.inputs[0], kept, share, scale, ops: [op, keptOp!, sharedOp!, scaled!] };
  return [average, found.value].every((each) => alike(editor.value(each), whole)) ? found : undefined;
}
