import type { GraphOp } from './graph.js';
import { SUMS } from './graph-editor.js';
import type { GraphEditor } from './graph-editor.js';
import type { Binding } from './recordable-backend.js';

/** One weight in a descent with momentum: w ← w − rate·v, v ← momentum·v + (g + decay·w). */
interface Descent {
  readonly weight: string;
  readonly gradient: string;
  readonly momentum: string;
  readonly rate: string;
  readonly factor: number;
  readonly decay: number;
  /** The operations that it takes now, the first of them giving the weight and the second the velocity. */
  readonly ops: readonly GraphOp[];
}

/** Makes one operation of the descents of all weights, where they share rate, momentum and decay. Same bits. */
export function fuseDescent(editor: GraphEditor, binding: Binding): void {
  const groups = new Map<string, Descent[]>();
  for (const op of editor.ops()) {
    const descent = findDescent(editor, op, binding);
    if (descent === undefined) continue;
    const key = [descent.rate, descent.factor, descent.decay].join();
    groups.set(key, [...(groups.get(key) ?? []), descent]);
  }
  [...groups.values()].forEach((descents, number) => {
    const name = `EvenkeelDescend_${number}`;
    const [{ rate, factor, decay }] = descents;
    const next = descents.map(({ ops }) => ops[0].outputs[0]);
    descents.forEach(({ ops: [weight, velocity, ...others] }, at) => {
      editor.remove(weight, { [`${weight.name}:0`]: `${name}:${at}` });
      editor.remove(velocity, { [`${velocity.name}:0`]: `${name}:${descents.length + at}` });
      for (const other of others) editor.remove(other);
    });
    editor.put({
      name,
      op: 'EvenkeelDescend',
      inputs: [
        rate,
        ...descents.map(({ weight }) => weight),
        ...descents.map(({ gradient }) => gradient),
        ...descents.map(({ momentum }) => momentum),
      ],
      attributes: [
        { name: 'N', type: binding.TF_ATTR_INT, value: descents.length },
        { name: 'momentum', type: binding.TF_ATTR_FLOAT, value: factor },
        { name: 'decay', type: binding.TF_ATTR_FLOAT, value: decay },
      ],
      outputs: [...next, ...next],
    });
  });
}

function findDescent(editor: GraphEditor, op: GraphOp, { TF_FLOAT }: Binding): Descent | undefined {
  if (op.op !== 'Sub' || op.outputs[0].dtype !== TF_FLOAT) return undefined;
  const [weight, stepValue] = op.inputs;
  const step = editor.madeForOne(stepValue, 'Mul');
  if (step === undefined) return undefined;
  const [velocityValue, rate] = step.inputs;
  const velocity = editor.made(velocityValue, ...SUMS);
  if (velocity === undefined || editor.value(rate)?.shape.length !== 0) return undefined;
  const [keptValue, directionValue] = velocity.inputs;
  const kept = editor.madeForOne(keptValue, 'Mul');
  const factor = kept && editor.scalar(kept.inputs[1]);
  if (kept === undefined || factor === undefined) return undefined;
  const decayed = editor.madeForOne(directionValue, ...SUMS);
  const pull = decayed && editor.madeForOne(decayed.inputs[1], 'Mul');
  const decay = pull?.inputs[0] === weight ? editor.scalar(pull.inputs[1]) : undefined;
  const decays = decay !== undefined && decay !== 0;
  const found = { weight, momentum: kept.inputs[0], rate, factor };
  const descent = decays
    ? { ...found, gradient: decayed!.inputs[0], decay, ops: [op, velocity, step, kept, decayed!, pull!] }
    : { ...found, gradient: directionValue, decay: 0, ops: [op, velocity, step, kept] };
  const size = (value: string): number | undefined => editor.value(value)?.shape.reduce((a, b) => a * b, 1);
  const sizes = [descent.gradient, descent.momentum, descent.weight].map(size);
  return sizes.every((each) => each !== undefined && each === sizes[0]) ? descent : undefined;
}
