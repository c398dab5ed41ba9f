import type { Handle, HostValues } from './recordable-backend.js';
import type { RecordedOp } from './recording.js';

/** The ops of an earlier recording, one after the other, in the place of TensorFlow: their results have shapes and no values. */
export class KnownOps {
  readonly #ops: readonly RecordedOp[];
  readonly #sizes = new Map<number, number>();
  #place = 0;
  /** Of results without values. tfjs-node deletes no handle below 0; −1 is that of values which wait on the host. */
  #id = -1;

  constructor(ops: readonly RecordedOp[]) {
    this.#ops = ops;
  }

  /** What the next op gives; throws where it is not the one that was there. */
  next(name: string, inputs: number): Handle[] {
    const op = this.#ops.at(this.#place++);
    if (op?.name !== name || op.inputs.length !== inputs) throw new OtherOp(name);
    return op.outputs.map(({ dtype, shape }) => {
      const id = --this.#id;
      this.#sizes.set(
        id,
        shape.reduce((product, axis) => product * axis, 1),
      );
      return { id, dtype, shape };
    });
  }

  /** What the host sees of such a result: zeros, which are valid indices of whatever is gathered. */
  valuesOf(id: number): HostValues | undefined {
    const size = this.#sizes.get(id);
    return size === undefined ? undefined : new Int32Array(size);
  }
}

/** A step has called another op than it did. */
export class OtherOp extends Error {}
