import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { TargetDataset, TargetSource } from '../../contract/dataset.js';
import type { BackboneDefinition } from '../../contract/layers.js';
import { heNormal, zeros } from '../initializers/initializers.js';

// Quiets tfjs-core's hint about faster backends.
tf.env().set('PROD', true);

/** One example's inputs, five numbers in [0, 1). */
type Row = readonly number[];

/** Columns of a table by name, each a function of a row. */
export type Columns = Readonly<Record<string, (row: Row) => number>>;

/** Friedman, "Multivariate Adaptive Regression Splines", 1991, equation (56), without noise. */
export const friedman = ([a, b, c, d, e]: Row): number =>
  10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e;

/** Weyl's sequence: the fractional parts of n times the roots of the first primes. */
const point = (n: number): Row => [2, 3, 5, 7, 11].map((prime) => (n * Math.sqrt(prime)) % 1);

/** Mean 0 and standard deviation 1; what a linear model with a bias comes to does not depend on it. */
const MEAN = 0.5;
const STD = Math.sqrt(1 / 12);
const normalised = (value: number) => (value - MEAN) / STD;

function source(first: number, size: number, columns: Columns): TargetSource {
  const rows = Array.from({ length: size }, (_, at) => point(first + at));
  return {
    size,
    exampleShape: [5],
    targets: Float32Array.from(rows.flatMap((row) => Object.values(columns).map((of) => of(row)))),
    read: (indices, into) => indices.forEach((index, row) => into.set(rows[index].map(normalised), row * 5)),
  };
}

/** 256 training and 64 test examples with these targets; the same numbers as in `golden/tasks.py`. */
export function friedmanTable(columns: Columns): TargetDataset {
  return {
    name: 'friedman',
    targetNames: Object.keys(columns),
    train: source(1, 256, columns),
    test: source(257, 64, columns),
    normalisation: { mean: Array<number>(5).fill(MEAN), std: Array<number>(5).fill(STD) },
  };
}

/** Inputs as features: the model is the classifier alone. */
export const noHiddenLayer: BackboneDefinition = {
  name: 'none',
  build: () => ({ outputSize: 5, apply: (inputs) => inputs as Tensor2D }),
};

/** One hidden layer of 32. */
export const hiddenLayer: BackboneDefinition = {
  name: 'hidden',
  build(scope) {
    const kernel = scope.weight('kernel', [5, 32], heNormal());
    const bias = scope.weight('bias', [32], zeros());
    return {
      outputSize: 32,
      apply: (inputs) =>
        tf.relu(tf.add(tf.matMul(inputs as Tensor2D, kernel as tf.Tensor as Tensor2D), bias)),
    };
  },
};
