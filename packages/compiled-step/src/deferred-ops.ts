import type { Tensor } from '@tensorflow/tfjs-core';
import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import { executeAlone } from './collective-ops.js';
import type { Outlines } from './outlines.js';
import { isPromise, newPromise } from './promises.js';
import type { Operand } from './promises.js';
import type { Binding, Handle, HostValues, RecordableBackend } from './recordable-backend.js';

/** An op that was put off. */
interface Waiting {
  readonly name: string;
  readonly attributes: readonly OpAttribute[];
  readonly inputs: readonly number[];
  readonly outputs: readonly Handle[];
}

/**
 * Ops that are put off: a step that becomes a graph is recorded without being computed, and takes neither the time nor the memory of
 * running op by op. What is asked for by values is computed, with what it depends on. `end` it.
 */
export class DeferredOps {
  readonly #backend: RecordableBackend;
  readonly #binding: Binding;
  readonly #outlines: Outlines | undefined;
  readonly #waiting = new Set<Waiting>();
  /** How many of those take a handle. */
  readonly #takers = new Map<number, number>();
  /** Which tensor of tfjs has a promise. */
  readonly #holders = new Map<number, object>();
  /** The handle with the values of a promise. */
  readonly #computed = new Map<number, number>();
  /** Handles that ops still need, though the step is through with them. */
  readonly #deleted = new Set<number>();

  /** Without `outlines` nothing is put off. */
  constructor(backend: RecordableBackend, outlines: Outlines | undefined) {
    this.#backend = backend;
    this.#binding = backend.binding;
    this.#outlines = outlines;
  }

  /** What an op gives. Throws what TensorFlow says of it. */
  next(
    name: string,
    attributes: readonly OpAttribute[],
    operands: readonly Operand[],
    count: number,
  ): readonly Handle[] {
    const inputs = operands.map(({ id }) => id);
    const outlines = this.#outlines?.of(name, attributes, operands, count);
    if (outlines === undefined) {
      return executeAlone(this.#binding, name, attributes, this.withValues(inputs), count);
    }
    const outputs = outlines.map((outline) => ({ ...outline, id: newPromise() }));
    this.#waiting.add({ name, attributes, inputs, outputs });
    for (const id of inputs) this.#takers.set(id, (this.#takers.get(id) ?? 0) + 1);
    return outputs;
  }

  /** What the host reads. */
  valuesOf(id: number): HostValues {
    return this.#binding.tensorDataSync(this.withValues([id])[0]);
  }

  /** The handles of values. Throws what TensorFlow says of those that it has to compute. */
  withValues(ids: readonly number[]): number[] {
    this.#compute(ids);
    return ids.map((id) => this.#computed.get(id) ?? id);
  }

  /** A tensor of tfjs has a handle now. */
  hold(id: number, dataId: object): void {
    if (isPromise(id)) this.#holders.set(id, dataId);
  }

  /** The step is through with a handle. */
  delete(id: number): void {
    if (this.#takers.get(id)) this.#deleted.add(id);
    else this.#binding.deleteTensor(id);
  }

  /**
   * Computes all that a tensor of tfjs holds, but what nobody else than `but` does, once each. Throws what TensorFlow says of the values.
   */
  computeHeld(but: readonly Tensor[] = []): void {
    const known = new Map<object, number>();
    for (const { dataId, kept } of new Set(but)) if (!kept) known.set(dataId, (known.get(dataId) ?? 0) + 1);
    const held = [...this.#holders].filter(
      ([, dataId]) => this.#backend.refCount(dataId) > (known.get(dataId) ?? 0),
    );
    this.#compute(held.map(([id]) => id));
  }

  /** Lets somebody who is no part of the step see the values of tensors that are promises. Throws what computing them does. */
  lend<Result>(tensors: readonly Tensor[], work: () => Result): Result {
    const lent = tensors
      .map(({ dataId }) => this.#backend.tensorMap.get(dataId))
      .filter(({ id }) => isPromise(id));
    const promises = lent.map(({ id }) => id);
    const values = this.withValues(promises);
    lent.forEach((data, at) => (data.id = values[at]));
    try {
      return work();
    } finally {
      lent.forEach((data, at) => {
        if (data.id === values[at]) data.id = promises[at];
      });
    }
  }

  /** Gives tensors the values that were computed for them, and frees the rest. Promises that were not computed stay promises. */
  end(): void {
    for (const [promise, id] of this.#computed) {
      if (this.#isHeld(promise)) this.#backend.tensorMap.get(this.#holders.get(promise)!).id = id;
      else this.#binding.deleteTensor(id);
    }
    for (const id of this.#deleted) this.#binding.deleteTensor(id);
    this.#computed.clear();
    this.#deleted.clear();
  }

  #compute(ids: readonly number[]): void {
    const wanted = new Set(ids.filter((id) => isPromise(id) && !this.#computed.has(id)));
    if (wanted.size === 0) return;
    const needed: Waiting[] = [];
    for (const op of [...this.#waiting].reverse()) {
      if (!op.outputs.some(({ id }) => wanted.has(id))) continue;
      for (const id of op.inputs) wanted.add(id);
      needed.push(op);
    }
    for (const op of needed.reverse()) this.#run(op);
  }

  #run(op: Waiting): void {
    const { name, attributes, inputs, outputs } = op;
    const taken = inputs.map((id) => this.#computed.get(id) ?? id);
    const made = executeAlone(this.#binding, name, attributes, taken, outputs.length);
    outputs.forEach(({ id }, at) => this.#computed.set(id, made[at].id));
    this.#waiting.delete(op);
    for (const id of inputs) this.#takers.set(id, this.#takers.get(id)! - 1);
    for (const id of [...inputs, ...outputs.map((output) => output.id)]) this.#dropUnused(id);
  }

  /** Frees what no op takes any more, and no tensor. */
  #dropUnused(handle: number): void {
    if (this.#takers.get(handle)) return;
    if (this.#deleted.delete(handle)) this.#binding.deleteTensor(handle);
    const id = this.#computed.get(handle);
    if (id === undefined || this.#isHeld(handle)) return;
    this.#binding.deleteTensor(id);
    this.#computed.delete(handle);
  }

  #isHeld(promise: number): boolean {
    const dataId = this.#holders.get(promise);
    return dataId !== undefined && this.#backend.refCount(dataId) > 0;
  }
}
