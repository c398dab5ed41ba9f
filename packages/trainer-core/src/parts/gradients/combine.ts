import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { StepEvaluation } from '../../contract/step.js';

/**
 * The evaluation of a whole from those of its parts: loss, gradients, updates and logged numbers are means weighted by what
 * each part's own mean divided by; a part that has no gradient, update or number of a name counts as 0 for gradients and is
 * left out for the others. `evaluations` are one or more.
 */
export function combineEvaluations(evaluations: readonly StepEvaluation[]): StepEvaluation {
  if (evaluations.length === 1) return evaluations[0];
  const weight: Scalar = tf.addN(evaluations.map((part) => part.weight));
  const shares = evaluations.map((part) => tf.div<Scalar>(part.weight, weight));
  const scaled = <T extends Tensor>(value: T, at: number): T => tf.mul<T>(value, shares[at]);
  const merged = <Key, T extends Tensor>(
    maps: readonly ReadonlyMap<Key, T>[],
    partial: boolean,
  ): Map<Key, T> =>
    new Map(
      Array.from(new Set(maps.flatMap((map) => [...map.keys()])), (key) => {
        const places = Array.from(maps.keys()).filter((at) => maps[at].has(key));
        const sum: T = tf.addN(places.map((at) => scaled(maps[at].get(key)!, at)));
        const whole = partial || places.length === maps.length;
        return [key, whole ? sum : tf.div<T>(sum, tf.addN(places.map((at) => shares[at])))] as const;
      }),
    );
  return {
    loss: tf.addN(evaluations.map((part, at) => scaled(part.loss, at))),
    weight,
    gradients: merged(
      evaluations.map((part) => part.gradients),
      true,
    ),
    updates: merged(
      evaluations.map((part) => part.updates),
      false,
    ),
    logged: merged(
      evaluations.map((part) => part.logged),
      false,
    ),
  };
}
