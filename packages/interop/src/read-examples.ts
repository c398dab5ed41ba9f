import { Tensor, util } from '@tensorflow/tfjs-core';
import type { TensorLike } from '@tensorflow/tfjs-core';
import { interopErrors } from './errors.js';

/** One example as `tf.data` and `model.fitDataset` have it. */
export interface Example {
  /** The image or other input: a tensor, a typed array or nested arrays; all of one shape. */
  readonly xs: Tensor | TensorLike;
  /** The class: a number, a scalar, or a one-hot row `[classes]`. */
  readonly ys: Tensor | TensorLike;
}

/** What `tf.data.Dataset` is, as far as reading goes; the package itself is not needed. */
export interface TfData {
  iterator(): Promise<{ next(): Promise<{ value: unknown; done?: boolean }> }>;
}

/** Single examples, one after the other, or a function that starts again. */
export type Examples = Source | (() => Source);
type Source = AsyncIterable<Example> | Iterable<Example> | TfData;

interface Reading {
  readonly dataset: string;
  readonly part: string;
  readonly classes: number;
  readonly maxExamples: number;
}

/** Reads all examples into memory; tensors among them are disposed, as `tf.data` expects of its readers. */
export async function readExamples(
  examples: Examples,
  reading: Reading,
): Promise<{ exampleShape: readonly number[]; labels: Int32Array; values: Float32Array }> {
  const { dataset, part, maxExamples } = reading;
  const labels: number[] = [];
  const rows: Float32Array[] = [];
  let exampleShape: readonly number[] | undefined;
  for await (const example of iterate(typeof examples === 'function' ? examples() : examples)) {
    const index = labels.length;
    if (index === maxExamples) throw interopErrors.TOO_MANY_EXAMPLES({ dataset, part, limit: maxExamples });
    const { xs, ys } = checkKeys(example, index, reading);
    const [input, target] = [await valuesOf(xs), await valuesOf(ys)];
    exampleShape ??= input.shape;
    if (input.shape.join() !== exampleShape.join()) {
      const expected = `xs of shape [${exampleShape.join(', ')}] like the first one`;
      throw interopErrors.BAD_EXAMPLE({ dataset, part, index, expected, received: input.shape });
    }
    labels.push(classOf(target.values, index, reading));
    rows.push(input.values);
  }
  if (exampleShape === undefined) throw interopErrors.NO_EXAMPLES({ dataset, part });
  const length = util.sizeFromShape([...exampleShape]);
  const values = new Float32Array(rows.length * length);
  rows.forEach((row, at) => values.set(row, at * length));
  return { exampleShape, labels: Int32Array.from(labels), values };
}

async function* iterate(source: Source): AsyncGenerator<unknown> {
  if (!('iterator' in source)) {
    yield* source;
    return;
  }
  const iterator = await source.iterator();
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
}

function checkKeys(example: unknown, index: number, { dataset, part }: Reading): Example {
  if (typeof example === 'object' && example !== null && 'xs' in example && 'ys' in example) {
    return example as Example;
  }
  const expected = 'an object { xs, ys }';
  throw interopErrors.BAD_EXAMPLE({ dataset, part, index, expected, received: example });
}

async function valuesOf(value: Tensor | TensorLike): Promise<{ shape: number[]; values: Float32Array }> {
  if (value instanceof Tensor) {
    const read = { shape: value.shape, values: Float32Array.from(await value.data()) };
    value.dispose();
    return read;
  }
  const flat = util.flatten(value as number[]) as number[];
  const shape = ArrayBuffer.isView(value) ? [value.byteLength / bytesPerElement(value)] : shapeOf(value);
  return { shape, values: Float32Array.from(flat) };
}

function bytesPerElement(view: ArrayBufferView): number {
  return (view as Float32Array).BYTES_PER_ELEMENT;
}

/** Lengths of nested arrays, outermost first; those of the first row stand for all. */
function shapeOf(value: unknown): number[] {
  if (ArrayBuffer.isView(value)) return [(value as Float32Array).length];
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

function classOf(target: Float32Array, index: number, { dataset, part, classes }: Reading): number {
  const isRow = target.length === classes && classes > 1;
  const oneHot = isRow && target.every((value) => value === 0 || value === 1);
  const ones = target.reduce((sum, value) => sum + value, 0);
  const label = target.length === 1 ? target[0] : oneHot && ones === 1 ? target.indexOf(1) : NaN;
  if (Number.isInteger(label) && label >= 0 && label < classes) return label;
  const expected = `a class in 0 .. ${classes - 1} or a one-hot row of ${classes}`;
  const received = target.length === 1 ? target[0] : target;
  throw interopErrors.BAD_EXAMPLE({ dataset, part, index, expected, received });
}
