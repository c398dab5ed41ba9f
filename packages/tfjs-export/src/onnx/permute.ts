/** Where a tensor's values are. */
export interface Permuted<Values> {
  readonly values: Values;
  readonly shape: readonly number[];
}

/** The values of a tensor with its axes in another order: axis k of the result is axis `order[k]` of the tensor. */
export function permute<Values extends Float32Array | Int32Array | Uint8Array>(
  values: Values,
  shape: readonly number[],
  order: readonly number[],
): Permuted<Values> {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const result = values.slice() as Values;
  const place = sizes.map(() => 0);
  let from = 0;
  for (let at = 0; at < result.length; at++) {
    result[at] = values[from];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++place[axis] < sizes[axis]) break;
      from -= steps[axis] * sizes[axis];
      place[axis] = 0;
    }
  }
  return { values: result, shape: sizes };
}
