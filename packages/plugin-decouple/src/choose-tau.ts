import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { LabelledSource, ClassNetworkView } from '@evenkeel/trainer-core';
import { forEachFeatures } from './for-each-features.js';
import { tauNormalise } from './tau-normalise.js';

/** What was tried, and what came out best. */
export interface TauChoice {
  readonly tau: number;
  /** Mean of the classes' accuracies for every τ of the grid, on the held-out examples. */
  readonly accuracies: readonly { readonly tau: number; readonly balanced: number }[];
}

/** The grid of the paper's code: 21 values from 0 to 2. */
export const TAU_GRID: readonly number[] = Array.from({ length: 21 }, (_, step) => step / 10);

/**
 * The τ whose normalised kernel `[d, classes]` has the highest mean of the classes' accuracies on held-out examples, so that a
 * long-tailed held-out part chooses for a balanced test set; classes without held-out examples are left out, and of equal τ the
 * smallest is taken.
 */
export async function chooseTau(
  view: ClassNetworkView,
  kernel: Tensor2D,
  heldOut: LabelledSource,
  grid: readonly number[],
): Promise<TauChoice> {
  const kernels = grid.map((tau) => tauNormalise(kernel, tau));
  const hits = grid.map(() => new Float64Array(view.classes));
  const counts = new Float64Array(view.classes);
  await forEachFeatures(view, heldOut, (features, labels) => {
    const truth = labels.dataSync();
    for (const label of truth) counts[label]++;
    kernels.forEach((normalised, at) => {
      const predicted = tf.argMax(tf.matMul(features, normalised), 1).dataSync();
      predicted.forEach((label, row) => {
        if (label === truth[row]) hits[at][label]++;
      });
    });
  });
  for (const normalised of kernels) normalised.dispose();
  const present = Array.from(counts.keys()).filter((label) => counts[label] > 0);
  const accuracies = grid.map((tau, at) => {
    const sum = present.reduce((total, label) => total + hits[at][label] / counts[label], 0);
    return { tau, balanced: sum / present.length };
  });
  const best = accuracies.reduce((first, next) => (next.balanced > first.balanced ? next : first));
  return { tau: best.tau, accuracies };
}
