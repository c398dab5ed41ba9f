import { attributeOf, withAttributes } from './graph-editor.js';
import type { GraphEditor } from './graph-editor.js';

const OP = 'EvenkeelConv2D';

/** Lets convolutions of ours make the zeros around an image by themselves, and leave out gradients of those. */
export function foldPadding(editor: GraphEditor): void {
  for (const { name, op } of editor.ops()) {
    if (op === OP || op === `${OP}BackpropFilter`) foldPad(editor, name);
    else if (op === `${OP}BackpropInput`) foldSlice(editor, name);
  }
}

function foldPad(editor: GraphEditor, name: string): void {
  const op = editor.maker(`${name}:0`)!;
  const pad = editor.made(op.inputs[0], 'PadV2');
  if (pad === undefined || !isUnpadded(op)) return;
  const zeros = editor.constant(pad.inputs[1]);
  const filler = editor.constant(pad.inputs[2]);
  if (zeros?.length !== 8 || filler?.[0] !== 0) return;
  const [front, back, above, , left, , first, last] = zeros;
  if (front + back + first + last > 0) return;
  const inputs = [pad.inputs[0], ...op.inputs.slice(1)];
  editor.put({ ...withAttributes(op, { above, left }), inputs });
}

function foldSlice(editor: GraphEditor, name: string): void {
  const op = editor.maker(`${name}:0`)!;
  const user = editor.onlyUser(`${name}:0`);
  if (user?.op !== 'Slice' || !isUnpadded(op)) return;
  const begin = editor.constant(user.inputs[1]);
  const whole = op.outputs[0].shape;
  const { shape } = user.outputs[0];
  if (begin === undefined || shape[0] !== whole[0] || shape[3] !== whole[3]) return;
  const [, above, left] = begin;
  const [, height, width] = shape;
  editor.remove(user, { [`${user.name}:0`]: `${name}:0` });
  editor.put({ ...withAttributes(op, { above, left, height, width }), outputs: user.outputs });
}

function isUnpadded(op: Parameters<typeof attributeOf>[0]): boolean {
  return attributeOf(op, 'above') === 0 && attributeOf(op, 'left') === 0;
}
