import { defineOptions, flag, number, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { createRandom } from '@evenkeel/trainer-core';
import type { LayerContext } from '@evenkeel/trainer-core';
import { testingErrors } from './errors.js';

/** What a test may choose about a fake step. */
export interface FakeLayerContextOptions {
  /** Default true. */
  readonly training?: boolean;
  /** Default `base` in training, `evaluation` otherwise. */
  readonly tag?: string;
  /** Examples of the batch over the batch size, in (0, 1]; default 1. */
  readonly share?: number;
  /** Seed of `uniform`; another seed is another step. Default 1. */
  readonly seed?: number;
}

/** The context of one step, which keeps the updates that layers ask for until a test applies or drops them. */
export interface FakeLayerContext extends LayerContext {
  /** The values asked for, by variable. */
  readonly updates: ReadonlyMap<Variable, Tensor>;
  /** The scalars given to `log`, by name. */
  readonly logged: ReadonlyMap<string, Scalar>;
  /** Assigns the updates to their variables and forgets them. */
  applyUpdates(): void;
  /** Drops the updates, and what was logged. */
  dispose(): void;
}

/** The options of `fakeLayerContext`. */
export const fakeLayerContextOptions = defineOptions('fakeLayerContext', testingErrors.BAD_OPTION, {
  training: flag().default(true),
  tag: text().optional("'base', or 'evaluation'"),
  share: number({ above: 0, max: 1 }).default(1),
  seed: whole().default(1),
} satisfies SpecOf<FakeLayerContextOptions>);

/**
 * A context for tests of layers. Updates survive `tf.tidy` until `applyUpdates()` or `dispose()`; `uniform` gives the
 * same numbers for the same purpose whenever it is asked, so that a gradient check sees one fixed function. Throws `TESTING_BAD_OPTION`.
 *
 * @example
 * const context = fakeLayerContext({ training: true, tag: 'embedded' });
 * layer.apply(x, context);
 * context.applyUpdates();
 */
export function fakeLayerContext(options: FakeLayerContextOptions = {}): FakeLayerContext {
  const {
    training,
    seed,
    share,
    tag = training ? 'base' : 'evaluation',
  } = fakeLayerContextOptions.read(options);
  const updates = new Map<Variable, Tensor>();
  const logged = new Map<string, Scalar>();
  const dispose = () => {
    for (const value of [...updates.values(), ...logged.values()]) value.dispose();
    updates.clear();
    logged.clear();
  };
  return {
    training,
    share,
    tag,
    updates,
    logged,
    update(variable, value) {
      if (!training) return;
      const kept = tf.keep(tf.clone(value));
      updates.get(variable)?.dispose();
      updates.set(variable, kept);
    },
    uniform(purpose, shape) {
      const random = createRandom(seed, 'uniform', purpose);
      const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.uniform());
      return tf.tensor(values, [...shape]);
    },
    log(name, value) {
      if (!training) return;
      const kept = tf.keep(tf.clone(value));
      logged.get(name)?.dispose();
      logged.set(name, kept);
    },
    applyUpdates() {
      for (const [variable, value] of updates) variable.assign(value);
      dispose();
    },
    dispose,
  };
}
