import type { GraphOp } from './graph.js';
import type { GraphEditor } from './graph-editor.js';
import type { Binding } from './recordable-backend.js';

/**
 * Makes one operation of a guard, that is, of a sum over a stack of sums, each of them of 0·x: 0 when every x is finite, else NaN.
 */
export function fuseGuard(editor: GraphEditor, { TF_ATTR_INT, TF_FLOAT }: Binding): void {
  const isTotal = (op: GraphOp | undefined): op is GraphOp =>
    op?.op === 'Sum' && op.outputs[0].dtype === TF_FLOAT && op.outputs[0].shape.length === 0;
  const isZero = (value: string): boolean => {
    const numbers = editor.constant(value);
    return numbers instanceof Float32Array && numbers.length === 1 && numbers[0] === 0;
  };
  /** What a scalar guards, if it is 0·x or a sum of it. */
  const guardedBy = (value: string): string | undefined => {
    const sum = editor.maker(value);
    const product = isTotal(sum) ? editor.maker(sum.inputs[0]) : sum;
    return product?.op === 'Mul' && isZero(product.inputs[1]) ? product.inputs[0] : undefined;
  };
  for (const total of editor.ops().filter(isTotal)) {
    const guarded = editor.made(total.inputs[0], 'Pack')?.inputs.map(guardedBy) ?? [];
    const inputs = guarded.filter((value) => value !== undefined);
    if (inputs.length === 0 || inputs.length < guarded.length) continue;
    const attributes = [{ name: 'N', type: TF_ATTR_INT, value: inputs.length }];
    editor.put({ ...total, op: 'EvenkeelFinite', inputs, attributes });
  }
}
