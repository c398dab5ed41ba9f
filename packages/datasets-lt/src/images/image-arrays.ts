import { check, list, number, whole } from '@evenkeel/errors';
import type { Option } from '@evenkeel/errors';

/** Bytes; from whichever realm, since test runners have several. */
export const bytes: Option<Uint8Array> = typedArray('Uint8Array');

/** Classes of images. */
export const labels: Option<Int32Array> = typedArray('Int32Array');

/** `[height, width, channels]`. */
export const imageShape: Option<readonly [height: number, width: number, channels: number]> = check(
  '[height, width, channels], whole numbers of at least 1',
  (shape) => Array.isArray(shape) && shape.length === 3 && shape.every((axis) => whole(1).takes(axis)),
);

/** One number per channel. */
export const perChannel: Option<readonly number[]> = list(number());

function typedArray<Value>(name: string): Option<Value> {
  return check(`a ${name}`, (value) => Object.prototype.toString.call(value) === `[object ${name}]`);
}
