import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import { createRandom } from '@evenkeel/trainer-core';
import type { Initializer, VariableInfo, VariableScope } from '@evenkeel/trainer-core';

/** Variables of a program without a trainer, named and filled as the trainer of the same seed does it. */
export class Variables {
  readonly #all: VariableInfo[] = [];
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** In the order of their making. */
  get all(): readonly VariableInfo[] {
    return this.#all;
  }

  /** Those that an optimizer trains. */
  get weights(): readonly VariableInfo[] {
    return this.#all.filter(({ kind }) => kind === 'weight');
  }

  /** A scope at a path, such as `backbone`. */
  scope(path: string): VariableScope {
    return {
      path,
      child: (name) => this.scope(`${path}/${name}`),
      weight: (name, shape, initializer, { decay = true } = {}) =>
        this.#make(`${path}/${name}`, shape, initializer, 'weight', decay),
      statistic: (name, shape, initializer) =>
        this.#make(`${path}/${name}`, shape, initializer, 'statistic', false),
    };
  }

  dispose(): void {
    for (const { variable } of this.#all) variable.dispose();
  }

  #make(
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    kind: VariableInfo['kind'],
    decay: boolean,
  ): Variable {
    const values = initializer(shape, createRandom(this.#seed, 'initial', name));
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, [...shape], 'float32'), kind === 'weight'));
    this.#all.push({ name, group: name.split('/')[0], kind, decay, variable });
    return variable;
  }
}
