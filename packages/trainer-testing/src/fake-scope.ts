import type { Variable } from '@tensorflow/tfjs-core';
import { VariableStore } from '@evenkeel/trainer-core';
import type { VariableInfo, VariableScope } from '@evenkeel/trainer-core';
import { testingErrors } from './errors.js';

/** A scope for tests of layers: the trainer's own, without a trainer. */
export interface FakeScope extends VariableScope {
  /** Every variable made in this scope or below it, in the order of their making. */
  variables(): readonly VariableInfo[];
  /** The variable of a path within this scope, such as `conv/kernel`; throws `TESTING_UNKNOWN_VARIABLE`. */
  get(path: string): Variable;
  /** Disposes every variable. */
  dispose(): void;
}

/**
 * A scope at path `test` whose variables live until `dispose()`; the same seed gives the same initial values.
 *
 * @example
 * const scope = fakeScope();
 * const layer = whiteningLayer().build(scope, 64);
 */
export function fakeScope(seed = 1): FakeScope {
  const store = new VariableStore(seed);
  return {
    ...store.scope('test'),
    variables: () => store.all(),
    get(path) {
      const info = store.all().find(({ name }) => name === `test/${path}`);
      if (info !== undefined) return info.variable;
      const known = store.all().map(({ name }) => name.slice('test/'.length));
      throw testingErrors.UNKNOWN_VARIABLE({ variable: path, known });
    },
    dispose: () => store.dispose(),
  };
}
