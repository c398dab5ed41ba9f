import { alike } from './graph-editor.js';
import type { GraphEditor } from './graph-editor.js';

/** What changes at most the type or shape of a value. */
const FORMS = ['Identity', 'Reshape', 'Cast'];

/** Leaves out the operations that give what they take, which tfjs calls in numbers. */
export function simplify(editor: GraphEditor): void {
  for (const { name } of editor.ops()) {
    const op = editor.made(`${name}:0`, ...FORMS);
    if (op === undefined || !alike(op.outputs[0], editor.value(op.inputs[0]))) continue;
    editor.remove(op, { [`${name}:0`]: op.inputs[0] });
  }
}
