import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import { executeAlone } from './collective-ops.js';
import { isPromise } from './promises.js';
import type { Operand } from './promises.js';
import type { Binding, Handle } from './recordable-backend.js';
import { areValues, canWait } from './waiting-ops.js';

/** Type and shape of what an op gives. */
export type Outline = Omit<Handle, 'id'>;

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

  /** Nothing where the op cannot wait, where shapes depend on values that are not there, or where TensorFlow refuses zeros. */
  of(
    name: string,
    attributes: readonly OpAttribute[],
    operands: readonly Operand[],
    count: number,
  ): readonly Outline[] | undefined {
    if (!canWait(name) || !operands.every((operand, at) => this.#isFit(name, operand, at, operands.length)))
      return undefined;
    const kinds = operands.map((operand) => this.#kindOf(operand));
    const key = JSON.stringify([name, attributes, kinds, count]);
    if (this.#known.size > MOST_KINDS) this.#known.clear();
    if (!this.#known.has(key)) this.#known.set(key, this.#try(name, attributes, operands, count));
    return this.#known.get(key);
  }

  /** Whether an operand has values, or zeros in their place will do. */
  #isFit(name: string, { id, dtype }: Operand, at: number, count: number): boolean {
    const { TF_FLOAT, TF_BOOL, TF_INT32, TF_INT64 } = this.#binding;
    if (dtype === TF_FLOAT || dtype === TF_BOOL) return true;
    if (!isPromise(id)) return dtype === TF_INT32 || dtype === TF_INT64;
    return dtype === TF_INT32 && areValues(name, at, count);
  }

  /** What operands with the same results have in common: whole numbers that are there may be shapes, so they count. */
  #kindOf({ id, dtype, shape, values }: Operand): unknown {
    const { TF_FLOAT, TF_BOOL } = this.#binding;
    if (isPromise(id) || dtype === TF_FLOAT || dtype === TF_BOOL) return [dtype, shape];
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
