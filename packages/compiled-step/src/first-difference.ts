import { bytesOf } from './bytes-of.js';
import type { Graph, GraphOp } from './graph.js';
import type { HostValues } from './recordable-backend.js';
import type { Source } from './recording.js';

const NAMES: Readonly<Record<Source['kind'], string>> = {
  input: 'an input',
  draw: 'a draw',
  variable: 'a variable',
  captured: 'a tensor from outside the step',
};

/** What differs between two calls of one step, in words that name the op; nothing when a replay repeats both. */
export function firstDifference(one: Graph, other: Graph): string | undefined {
  const length = Math.max(one.ops.length, other.ops.length);
  for (let place = 0; place < length; place++) {
    const difference = differenceOfOps(one.ops.at(place), other.ops.at(place));
    if (difference !== undefined) return difference;
  }
  const constant = one.constants.find(
    ({ dtype, shape, values }, at) =>
      dtype !== other.constants[at]?.dtype ||
      !sameList(shape, other.constants[at].shape) ||
      !sameBytes(values, other.constants[at].values),
  );
  if (constant !== undefined)
    return `a constant that ${userOf(constant.name, one)} takes changes from call to call`;
  const input = one.inputs.find(({ source }, at) => !sameSource(source, other.inputs[at]?.source));
  if (input !== undefined)
    return `${NAMES[input.source.kind]} that ${userOf(input.name, one)} takes changes from call to call`;
  if (JSON.stringify(one.draws) !== JSON.stringify(other.draws)) return 'its draws change from call to call';
  const sameResults =
    sameList(one.outputs.map(nameResult), other.outputs.map(nameResult)) &&
    sameList(one.updates.map(nameResult), other.updates.map(nameResult)) &&
    one.updates.every(({ variable }, at) => variable === other.updates[at].variable);
  return sameResults ? undefined : 'its outputs, or the variables that it moves, change from call to call';
}

function differenceOfOps(one: GraphOp | undefined, other: GraphOp | undefined): string | undefined {
  if (one?.op !== other?.op) {
    const [first, second] = [one, other].map((op) => (op ? `'${op.op}'` : 'no op'));
    return `it calls ${first} at a place where another call has ${second}`;
  }
  if (one === undefined || other === undefined) return undefined;
  const attribute = one.attributes.find(
    ({ value }, at) => JSON.stringify(value) !== JSON.stringify(other.attributes[at]?.value),
  );
  if (attribute !== undefined)
    return `the attribute '${attribute.name}' of '${one.op}' changes from call to call`;
  if (!sameList(one.inputs, other.inputs)) return `what '${one.op}' takes changes from call to call`;
  return undefined;
}

function userOf(name: string, { ops }: Graph): string {
  const user = ops.find(({ inputs }) => inputs.includes(`${name}:0`));
  return user ? `'${user.op}'` : 'an output';
}

function nameResult(result: { readonly from: string; readonly key?: string }): string {
  return `${result.key ?? ''} ${result.from}`;
}

function sameSource(one: Source, other: Source | undefined): boolean {
  switch (one.kind) {
    case 'input':
      return other?.kind === 'input' && other.name === one.name;
    case 'draw':
      return other?.kind === 'draw' && other.place === one.place;
    case 'variable':
      return other?.kind === 'variable' && other.variable === one.variable;
    case 'captured':
      return other?.kind === 'captured' && other.id === one.id;
  }
}

function sameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}

/** Bit for bit, so that NaN equals itself and 0 is not −0. */
function sameBytes(one: HostValues, other: HostValues): boolean {
  const [first, second] = [bytesOf(one), bytesOf(other)];
  return first.length === second.length && first.every((byte, at) => byte === second[at]);
}
