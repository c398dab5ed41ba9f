import { alike } from './graph-editor.js';
import type { GraphEditor } from './graph-editor.js';

/** What gives all values that it takes as they are, where neither type nor shape change. */
const FORMS = ['Identity', 'Reshape', 'Cast', 'PadV2', 'Slice'];

/** Leaves out the operations that give what they take, which tfjs calls in numbers. */
export function simplify(editor: GraphEditor): void {
  for (const { name } of editor.ops()) {
    const op = editor.made(`${name}:0`, ...FORMS);
    if (op === undefined || !alike(op.outputs[0], editor.value(op.inputs[0]))) continue;
    editor.remove(op, { [`${name}:0`]: op.inputs[0] });
  }
}
