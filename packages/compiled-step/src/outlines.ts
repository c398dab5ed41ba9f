import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import { executeAlone } from './collective-ops.js';
import { isPromise } from './promises.js';
import type { Operand } from './promises.js';
import type { Binding, Handle } from './recordable-backend.js';

/** Type and shape of what an op gives. */
export type Outline = Omit<Handle, 'id'>;

/** Ops whose results have a shape that depends on values of any type. */
const SHAPED_BY_VALUES = new Set([
  'Bincount',
  'DenseBincount',
  'DynamicPartition',
  'Fill',
  'LinSpace',
  'ListDiff',
  'Multinomial',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
  'Range',
  'Unique',
  'UniqueV2',
  'UniqueWithCounts',
  'Where',
]);

/** Ops in which whole numbers behind the first operand are values and no shape. */
const TAKES_WHOLE_NUMBERS = new Set([
  'Add',
  'AddV2',
  'ConcatV2',
  'Equal',
  'GatherV2',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'Maximum',
  'Minimum',
  'Mul',
  'NotEqual',
  'Pack',
  'SelectV2',
  'Sub',
]);

/** Constants with more numbers are no shapes. */
const LONGEST_SHAPE = 64;

/** A step of ResNet-152 has some hundred kinds of calls. */
const MOST_KINDS = 10_000;

/** What ops give, found by running each kind of call once, with zeros for what has no values yet. */
export class Outlines {
  readonly #binding: Binding;
  readonly #known = new Map<string, readonly Outline[] | undefined>();

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  /** Nothing where it depends on values that are not there, or where TensorFlow refuses the op. */
  of(
    name: string,
    attributes: readonly OpAttribute[],
    operands: readonly Operand[],
    count: number,
  ): readonly Outline[] | undefined {
    if (!operands.every((operand, at) => this.#isFit(name, operand, at))) return undefined;
    const kinds = operands.map((operand, at) => this.#kindOf(name, operand, at));
    const key = JSON.stringify([name, attributes, kinds, count]);
    if (this.#known.size > MOST_KINDS) this.#known.clear();
    if (!this.#known.has(key)) this.#known.set(key, this.#try(name, attributes, operands, count));
    return this.#known.get(key);
  }

  /** Whether an operand has values, or zeros in their place will do. Ops that take other than numbers may have effects. */
  #isFit(name: string, { id, dtype }: Operand, at: number): boolean {
    const { TF_FLOAT, TF_BOOL, TF_INT32, TF_INT64 } = this.#binding;
    if (!isPromise(id)) return [TF_FLOAT, TF_BOOL, TF_INT32, TF_INT64].includes(dtype);
    return [TF_FLOAT, TF_BOOL, TF_INT32].includes(dtype) && !this.#isShape(name, dtype, at);
  }

  /** Whether the values of an operand may say what shape the results have. */
  #isShape(name: string, dtype: number, at: number): boolean {
    if (SHAPED_BY_VALUES.has(name)) return true;
    const isWhole = dtype !== this.#binding.TF_FLOAT && dtype !== this.#binding.TF_BOOL;
    return isWhole && at > 0 && !TAKES_WHOLE_NUMBERS.has(name);
  }

  /** What operands with the same results have in common. */
  #kindOf(name: string, { id, dtype, shape, values }: Operand, at: number): unknown {
    if (isPromise(id) || !this.#isShape(name, dtype, at)) return [dtype, shape];
    return values !== undefined && values.length <= LONGEST_SHAPE ? [dtype, shape, [...values]] : id;
  }

  #try(
    name: string,
    attributes: readonly OpAttribute[],
    operands: readonly Operand[],
    count: number,
  ): readonly Outline[] | undefined {
    const made: number[] = [];
    const make = (id: number): number => made[made.push(id) - 1];
    try {
      const inputs = operands.map((operand) =>
        isPromise(operand.id) ? make(this.#zeros(operand)) : operand.id,
      );
      const outputs = executeAlone(this.#binding, name, attributes, inputs, count);
      outputs.forEach(({ id }) => make(id));
      return outputs.map(({ dtype, shape }) => ({ dtype, shape }));
    } catch {
      // With zeros, that is. What it says of the values counts.
      return undefined;
    } finally {
      for (const id of made) this.#binding.deleteTensor(id);
    }
  }

  #zeros({ dtype, shape }: Outline): number {
    const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_INT32 } = this.#binding;
    const attributes = [
      { name: 'dtype', type: TF_ATTR_TYPE, value: dtype },
      { name: 'init', type: TF_ATTR_BOOL, value: true },
    ];
    const size = this.#binding.createTensor([shape.length], TF_INT32, Int32Array.from(shape));
    try {
      return this.#binding.executeOp('Empty', attributes, [size], 1)[0].id;
    } finally {
      this.#binding.deleteTensor(size);
    }
  }
}
