import type { Covariance } from './covariance.js';

/**
 * The trace norm of a covariance, the sum of its eigenvalues' magnitudes: none of them is negative, so it is the trace, the variance
 * of all channels together, 0 or more. It grows with the square of the features' scale: compare it within one run, not between
 * methods. What the successor of the paper measures instability by (arXiv 2408.17197, after public reviews).
 */
export function traceNorm({ channels, matrix }: Covariance): number {
  let sum = 0;
  for (let at = 0; at < matrix.length; at += channels + 1) sum += matrix[at];
  return sum;
}

/** Mean trace norm of covariances; null without any. */
export function meanTraceNorm(covariances: readonly Covariance[]): number | null {
  if (covariances.length === 0) return null;
  return covariances.reduce((sum, covariance) => sum + traceNorm(covariance), 0) / covariances.length;
}
