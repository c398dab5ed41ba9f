import type { ConstantValues } from '../walk-function.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-model.js';
import { permute } from './permute.js';

/**
 * The order of a value's axes in the file: as TensorFlow.js has them, or, of images, channels before height and width, which
 * is what ONNX convolves and pools.
 */
export type Layout = 'asTraced' | 'channelsFirst';

/** The traced axis at each place of channels-first images, and back. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_TRACED = [0, 2, 3, 1];

/** A value on its way through the graph; its shape is that of TensorFlow.js, −1 where it is open. */
export interface OnnxValue {
  readonly shape: readonly number[];
  /** What it was made in. */
  readonly layout: Layout;
  /** Of a constant. */
  readonly constant?: ConstantValues;
}

/** Gathers nodes and constants of an ONNX graph. Values are turned where their layout is asked for, and each only once. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly #names = new Map<OnnxValue, Map<string, string>>();

  /** A value that has a name already. */
  value(name: string, shape: readonly number[], layout: Layout = 'asTraced'): OnnxValue {
    const value = { shape, layout };
    this.#names.set(value, new Map([[layout, name]]));
    return value;
  }

  /** A constant, written where its name is asked for. */
  constant(values: ConstantValues, shape: readonly number[]): OnnxValue {
    return { shape, layout: 'asTraced', constant: values };
  }

  /** Adds a node; returns the name of its value. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const name = `${op}_${this.nodes.length}`;
    this.nodes.push({ name, op, inputs, output: name, attributes });
    return name;
  }

  /** Adds a constant as it is; returns its name. */
  tensor(values: OnnxTensor['values'], shape: readonly number[]): string {
    const name = `constant_${this.initializers.length}`;
    this.initializers.push({ name, shape, values });
    return name;
  }

  /** Adds a list of whole numbers, int64. */
  wholeNumbers(values: readonly number[]): string {
    return this.tensor(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** The name of a value in a layout. */
  name(value: OnnxValue, layout: Layout = 'asTraced'): string {
    return this.#once(value, layout, () => {
      const { constant, shape } = value;
      if (layout === 'asTraced') {
        if (constant) return this.tensor(constant, shape);
        return this.node('Transpose', [this.name(value, 'channelsFirst')], { perm: { ints: TO_TRACED } });
      }
      if (!constant) return this.#turned(value, TO_CHANNELS_FIRST);
      // Constants of fewer axes are spread over the last ones.
      const whole = [...Array<number>(4 - shape.length).fill(1), ...shape];
      const { values, shape: first } = permute(constant, whole, TO_CHANNELS_FIRST);
      return this.tensor(values, first);
    });
  }

  /** The name of a value with its traced axes in another order. */
  inOrder(value: OnnxValue, order: readonly number[]): string {
    return this.#once(value, order.join(), () => {
      if (!value.constant) return this.#turned(value, order);
      const { values, shape } = permute(value.constant, value.shape, order);
      return this.tensor(values, shape);
    });
  }

  #turned(value: OnnxValue, order: readonly number[]): string {
    return this.node('Transpose', [this.name(value)], { perm: { ints: order } });
  }

  #once(value: OnnxValue, form: string, make: () => string): string {
    const names = this.#names.get(value) ?? new Map<string, string>();
    this.#names.set(value, names);
    const name = names.get(form) ?? make();
    names.set(form, name);
    return name;
  }
}
