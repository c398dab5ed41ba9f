import type { Covariance } from './covariance.js';

/**
 * How far two covariances point in different directions: 1 − tr(A·B) / (‖A‖·‖B‖) with Frobenius norms, 0 (equal up
 * to scale) .. 1 (no direction in common); null when one of them is 0. It does not change when features are scaled, so that
 * methods whose features differ in scale can be compared (Herdin et al. 2005, "correlation matrix distance").
 */
export function covarianceDrift(a: Covariance, b: Covariance): number | null {
  let [product, normA, normB] = [0, 0, 0];
  a.matrix.forEach((value, at) => {
    product += value * b.matrix[at];
    normA += value * value;
    normB += b.matrix[at] * b.matrix[at];
  });
  return normA > 0 && normB > 0 ? Math.max(0, 1 - product / Math.sqrt(normA * normB)) : null;
}

/** Mean drift between each covariance and the next; null with fewer than two, or where none is defined. */
export function meanDrift(covariances: readonly Covariance[]): number | null {
  const drifts = covariances
    .slice(1)
    .map((covariance, at) => covarianceDrift(covariances[at], covariance))
    .filter((drift) => drift !== null);
  return drifts.length > 0 ? drifts.reduce((sum, drift) => sum + drift, 0) / drifts.length : null;
}
