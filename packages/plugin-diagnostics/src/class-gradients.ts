import { probabilitiesOf } from './probabilities.js';

/** What each class asks of the classifier. */
export interface ClassGradients {
  /** ‖G_c‖, `[classes]`; null for a class without examples. */
  readonly norms: (number | null)[];
  /** Cosine of G_c with the sum of all G, `[classes]`: negative where the others undo what the class asks for. */
  readonly cosines: (number | null)[];
  /** Mean cosine of G_c and G_c′ over pairs of different classes, −1 .. 1; null with fewer than two gradients. */
  readonly meanCosine: number | null;
}

/**
 * Gradients of the softmax cross-entropy with respect to a linear classifier's kernel, one for each class: G_c is the mean
 * of x·(p − y)ᵀ, `[d, classes]`, over the examples of class c. `features` is `[n, d]`, `logits` `[n, classes]`, row by row.
 */
export function classGradients(
  features: ArrayLike<number>,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): ClassGradients {
  const rows = labels.length;
  const channels = features.length / rows;
  const counts = new Float64Array(classes);
  for (let row = 0; row < rows; row++) counts[labels[row]]++;
  const gradients = Array.from({ length: classes }, () => new Float64Array(channels * classes));
  const probabilities = probabilitiesOf(logits, classes);
  for (let row = 0; row < rows; row++) {
    const label = labels[row];
    const gradient = gradients[label];
    for (let c = 0; c < classes; c++) {
      const error = (probabilities[row * classes + c] - (c === label ? 1 : 0)) / counts[label];
      for (let i = 0; i < channels; i++) gradient[c * channels + i] += error * features[row * channels + i];
    }
  }
  const norms = gradients.map((gradient) => Math.sqrt(dot(gradient, gradient)));
  const sum = new Float64Array(channels * classes);
  for (const gradient of gradients) gradient.forEach((value, at) => (sum[at] += value));
  const sumNorm = Math.sqrt(dot(sum, sum));
  const cosine = (a: Float64Array, b: Float64Array, scale: number) => (scale > 0 ? dot(a, b) / scale : null);
  const pairs = gradients.flatMap((a, i) =>
    gradients.slice(0, i).map((b, j) => cosine(a, b, norms[i] * norms[j])),
  );
  const defined = pairs.filter((value) => value !== null);
  return {
    norms: norms.map((norm, c) => (counts[c] > 0 ? norm : null)),
    cosines: gradients.map((gradient, c) => cosine(gradient, sum, norms[c] * sumNorm)),
    meanCosine: defined.length > 0 ? defined.reduce((a, b) => a + b, 0) / defined.length : null,
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at], 0);
}
