import type { backend_util } from '@tensorflow/tfjs-core';

/** Below this many elements a plain loop beats `set(subarray())`, which makes a view per call. */
const shortRun = 48;

/** Copies `count` elements from `source` at `from` to `target` at `to`. */
export function copyRun(
  source: backend_util.TypedArray,
  from: number,
  target: backend_util.TypedArray,
  to: number,
  count: number,
): void {
  if (count > shortRun) {
    target.set(source.subarray(from, from + count), to);
    return;
  }
  for (let i = 0; i < count; i++) target[to + i] = source[from + i];
}
