import type { TracedOp } from '../trace.js';
import { unsupported } from '../unsupported.js';
import type { OnnxAttribute } from './onnx-model.js';

/** A convolution's or a pooling's window, height and width. */
export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** A setting of tfjs for height and width. */
export const overImages = (setting: unknown): readonly number[] =>
  Array.isArray(setting) ? (setting as number[]) : [setting as number, setting as number];

/**
 * The attributes of how a window moves over images `[batch, height, width, channels]`, with the padding in numbers. Throws
 * `EXPORT_NOT_POSSIBLE` where height or width are open, or where ONNX rounds the number of places differently.
 */
export function windowAttributes(
  op: TracedOp,
  images: readonly number[],
  { size, strides, dilations }: Window,
): Record<string, OnnxAttribute> {
  const { pad } = op.attributes as { pad: 'same' | 'valid' | number | number[][] };
  const sides = [0, 1].map((axis) => {
    const inputs = images[1 + axis];
    if (inputs === -1) throw unsupported(op, 'a height or width that depends on the batch');
    const covered = (size[axis] - 1) * dilations[axis] + 1;
    const outputs = op.output.shape[1 + axis];
    const [before, after] =
      typeof pad === 'number'
        ? [pad, pad]
        : typeof pad === 'object'
          ? pad[1 + axis]
          : pad === 'valid'
            ? [0, 0]
            : halves(Math.max(0, (outputs - 1) * strides[axis] + covered - inputs));
    const places = Math.floor((inputs + before + after - covered) / strides[axis]) + 1;
    if (places !== outputs) throw unsupported(op, 'this rounding of height and width');
    return [before, after];
  });
  return {
    strides: { ints: strides },
    pads: { ints: [sides[0][0], sides[1][0], sides[0][1], sides[1][1]] },
    ...(dilations.some((each) => each !== 1) && { dilations: { ints: dilations } }),
  };
}

/** TensorFlow puts the odd one at the end. */
function halves(all: number): number[] {
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}
