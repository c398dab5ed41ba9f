import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import type { Binding, Handle } from './recordable-backend.js';

/** Ops that reach other processes: recording only looks at them, every call runs each of them once, and no pass drops one. */
export const COLLECTIVE_OPS: ReadonlySet<string> = new Set(['EvenkeelAllReduce']);

/** Runs an op without other processes: a reduction gives what it was given. */
export function executeAlone(
  binding: Binding,
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly number[],
  count: number,
): Handle[] {
  if (!COLLECTIVE_OPS.has(name)) return binding.executeOp(name, attributes, inputs, count);
  return inputs.slice(0, count).map((id) => binding.executeOp('Identity', [], [id], 1)[0]);
}
