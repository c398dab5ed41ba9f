import type { ExampleSource, RandomOfRow } from '../../contract/dataset.js';

/** Inputs of some examples, `[indices, ...exampleShape]`, augmented when `randomOf` is given. */
export async function readInputs(
  source: ExampleSource,
  indices: Int32Array,
  randomOf?: RandomOfRow,
): Promise<Float32Array> {
  const inputs = new Float32Array(indices.length * exampleSize(source));
  await source.read(indices, inputs, randomOf);
  return inputs;
}

/** Values of one example. */
export function exampleSize({ exampleShape }: ExampleSource): number {
  return exampleShape.reduce((product, axis) => product * axis, 1);
}
