/** ‖w_c‖ of a classifier's kernel `[d, classes]`, row by row: `[classes]`. */
export function weightNorms(kernel: ArrayLike<number>, classes: number): number[] {
  const squares = new Float64Array(classes);
  for (let at = 0; at < kernel.length; at++) squares[at % classes] += kernel[at] ** 2;
  return Array.from(squares, Math.sqrt);
}
