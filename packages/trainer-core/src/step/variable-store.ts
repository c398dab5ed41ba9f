import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { Initializer, VariableInfo, VariableScope, WeightOptions } from '../contract/layers.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { createRandom } from '../random/random-stream.js';

/**
 * Owns variables; each is initialised from its own stream, so that none shifts another. A trainer has one; whoever
 * builds layers without a trainer makes their scopes with one.
 *
 * @example
 * const store = new VariableStore(1);
 * const layer = whiteningTransform().build(store.scope('features'), 64);
 */
export class VariableStore {
  readonly #seed: number;
  readonly #variables = new Map<string, VariableInfo>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The scope of a part of the network, or of the optimizer. */
  scope(group: string): VariableScope {
    return this.#scope(group, group);
  }

  /** All variables, in the order of their making. */
  all(): VariableInfo[] {
    return [...this.#variables.values()];
  }

  /** The variables that the optimizer trains. */
  weights(): VariableInfo[] {
    return this.all().filter((info) => info.kind === 'weight');
  }

  /** Disposes every variable; the store is empty afterwards. */
  dispose(): void {
    for (const { variable } of this.#variables.values()) variable.dispose();
    this.#variables.clear();
  }

  #scope(path: string, group: string): VariableScope {
    const make = (
      name: string,
      shape: readonly number[],
      initializer: Initializer,
      kind: VariableInfo['kind'],
      decay: boolean,
    ): Variable => {
      const full = `${path}/${name}`;
      if (this.#variables.has(full)) throw trainerErrors.DUPLICATE_VARIABLE({ variable: full });
      const values = initializer(shape, createRandom(this.#seed, 'initial', full));
      const initial = tf.tensor(values, [...shape], 'float32');
      const variable = tf.variable(initial, kind === 'weight');
      initial.dispose();
      this.#variables.set(full, { name: full, group, kind, decay, variable });
      return variable;
    };
    return {
      path,
      child: (name) => this.#scope(`${path}/${name}`, group),
      weight: (name, shape, initializer, options: WeightOptions = {}) =>
        make(name, shape, initializer, 'weight', options.decay ?? true),
      statistic: (name, shape, initializer) => make(name, shape, initializer, 'statistic', false),
    };
  }
}
