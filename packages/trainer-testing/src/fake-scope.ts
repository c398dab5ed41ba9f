import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import { createRandom } from '@evenkeel/trainer-core';
import type { Initializer, VariableInfo, VariableScope } from '@evenkeel/trainer-core';
import { testingErrors } from './errors.js';

/** A scope for tests of layers: plain tfjs variables, initialised from streams named after their paths. */
export interface FakeScope extends VariableScope {
  /** Every variable made in this scope or below it, in the order of their making. */
  variables(): readonly VariableInfo[];
  /** The variable of a path within this scope, such as `conv/kernel`; throws `TESTING_UNKNOWN_VARIABLE`. */
  get(path: string): Variable;
  /** Disposes every variable. */
  dispose(): void;
}

let scopes = 0;

/**
 * A scope at path `test` whose variables live until `dispose()`; the same seed gives the same initial values.
 *
 * @example
 * const scope = fakeScope();
 * const layer = whiteningLayer().build(scope, 64);
 */
export function fakeScope(seed = 1): FakeScope {
  const made = new Map<string, VariableInfo>();
  const prefix = `fake-${scopes++}`;

  const scopeAt = (path: string): VariableScope => {
    const make = (
      name: string,
      shape: readonly number[],
      initializer: Initializer,
      kind: VariableInfo['kind'],
      decay: boolean,
    ): Variable => {
      const full = `${path}/${name}`;
      if (made.has(full)) throw testingErrors.DUPLICATE_VARIABLE({ variable: full });
      const values = initializer(shape, createRandom(seed, 'initial', full));
      const initial = tf.tensor(values, [...shape], 'float32');
      const variable = tf.variable(initial, kind === 'weight', `${prefix}/${full}`);
      initial.dispose();
      made.set(full, { name: full, group: 'test', kind, decay, variable });
      return variable;
    };
    return {
      path,
      child: (name) => scopeAt(`${path}/${name}`),
      weight: (name, shape, initializer, options = {}) =>
        make(name, shape, initializer, 'weight', options.decay ?? true),
      statistic: (name, shape, initializer) => make(name, shape, initializer, 'statistic', false),
    };
  };

  return {
    ...scopeAt('test'),
    variables: () => [...made.values()],
    get: (path) => {
      const info = made.get(`test/${path}`);
      if (info === undefined) {
        const known = Array.from(made.keys(), (name) => name.slice('test/'.length));
        throw testingErrors.UNKNOWN_VARIABLE({ variable: path, known });
      }
      return info.variable;
    },
    dispose: () => {
      for (const { variable } of made.values()) variable.dispose();
      made.clear();
    },
  };
}
