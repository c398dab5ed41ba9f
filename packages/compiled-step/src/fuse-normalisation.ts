import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import type { GraphOp } from './graph.js';
import { alike, attributeOf, SUMS, withAttributes } from './graph-editor.js';
import type { GraphEditor } from './graph-editor.js';

const FORWARD = 'EvenkeelNormalise';
const GRADIENT = 'EvenkeelNormaliseGrad';
const AFFINE = 'EvenkeelAffine';
/** Inputs of the gradient before the upstream gradients. */
const BEFORE_GRADIENTS = 5;

/**
 * Joins batch normalisations with the residual sum and the ReLU behind them, and their gradients with those of the two
 * and the sum before: one operation for what lies between two convolutions. Same bits in float32.
 */
export function fuseNormalisation(editor: GraphEditor): void {
  for (const { name, op } of editor.ops()) if (op === FORWARD || op === AFFINE) fuseForward(editor, name);
  for (const { name, op } of editor.ops()) if (op === GRADIENT) fuseGradient(editor, name);
}

/** Makes an operation of ours of every x·scale + shift by vectors over the last axis: batch normalisation in evaluation. */
export function fuseAffine(editor: GraphEditor, attributesOfAffine: readonly OpAttribute[]): void {
  for (const { name } of editor.ops()) {
    const sum = editor.made(`${name}:0`, ...SUMS);
    const product = sum && editor.made(sum.inputs[0], 'Mul');
    if (sum === undefined || product === undefined || editor.onlyUser(sum.inputs[0]) !== sum) continue;
    const [x, scale, shift] = [...product.inputs, sum.inputs[1]];
    const [images, ...vectors] = [x, scale, shift].map((value) => editor.value(value));
    const channels = images && images.shape.length > 1 ? images.shape.at(-1) : undefined;
    const fits = vectors.every(
      (vector) =>
        vector?.shape.length === 1 && vector.shape[0] === channels && vector.dtype === images!.dtype,
    );
    if (!fits || !alike(images, sum.outputs[0])) continue;
    if (attributeOf(sum, 'T') !== attributesOfAffine.find((attribute) => attribute.name === 'T')?.value)
      continue;
    editor.put({ ...sum, op: AFFINE, inputs: [x, scale, shift], attributes: attributesOfAffine });
  }
}

function fuseForward(editor: GraphEditor, name: string): void {
  const op = editor.maker(`${name}:0`)!;
  const user = editor.onlyUser(op.name + ':0');
  if (user === undefined || attributeOf(op, 'relu') === true) return;
  if (user.op === 'Relu') {
    editor.remove(user, { [`${user.name}:0`]: `${name}:0` });
    editor.put(withAttributes(op, { relu: true }));
    return;
  }
  if (!SUMS.includes(user.op)) return;
  const after = editor.onlyUser(`${user.name}:0`);
  const residual = user.inputs.find((input) => input !== `${name}:0`);
  if (after?.op !== 'Relu' || residual === undefined) return;
  if (!alike(editor.value(residual), op.outputs[0])) return;
  editor.remove(user);
  editor.remove(after, { [`${after.name}:0`]: `${name}:0` });
  const fused = withAttributes(op, { relu: true, R: 1 });
  editor.put({ ...fused, inputs: [...op.inputs, residual] });
}

function fuseGradient(editor: GraphEditor, name: string): void {
  const op = editor.maker(`${name}:0`)!;
  const forward = editor.made(op.inputs[3], FORWARD);
  const gradient = op.inputs[BEFORE_GRADIENTS];
  const gate = editor.made(gradient, 'ReluGrad');
  if (forward === undefined || attributeOf(forward, 'relu') !== true) return;
  if (gate?.inputs[1] !== `${forward.name}:0`) return;
  const adds = attributeOf(forward, 'R') === 1;
  if (!adds && editor.onlyUser(gradient) === undefined) return;
  const [upstream] = gate.inputs;
  editor.remove(gate, adds ? { [gradient]: `${name}:3` } : {});
  const outputs = adds ? [...op.outputs, op.outputs[0]] : op.outputs;
  const [gradients, results] = [summands(editor, upstream, gate), adds ? [`${forward.name}:0`] : []];
  editor.put({
    ...withAttributes(op, { relu: true, R: results.length, N: gradients.length }),
    inputs: [...op.inputs.slice(0, BEFORE_GRADIENTS), ...gradients, ...results],
    outputs,
  });
}

/** The two values of which a gradient is the sum, where nobody else needs the sum, or the gradient itself. */
function summands(editor: GraphEditor, value: string, { outputs }: GraphOp): string[] {
  const sum = editor.made(value, ...SUMS);
  // The gate that took it is gone.
  if (sum === undefined || editor.users(value).length > 0 || editor.isResult(value)) return [value];
  const fits = sum.inputs.every((input) => alike(editor.value(input), outputs[0]));
  if (!fits) return [value];
  editor.remove(sum);
  return [...sum.inputs];
}
