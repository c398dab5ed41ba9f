import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Covariance } from './covariance.js';

/** How features spread over directions. */
export interface FeatureSpectrum {
  /** σ_i of the centred features divided by √n: square roots of the covariance's eigenvalues, descending, `[d]`. */
  readonly singularValues: Float64Array;
  /** Entropy of p_i = σ_i / Σσ, in nats, 0 .. ln d; null where no feature varies. */
  readonly entropy: number | null;
  /** exp(entropy), 1 .. d: how many directions are in use (Roy & Vetterli 2007, "The effective rank"). */
  readonly effectiveRank: number | null;
  /** Unit vectors of the two largest variances, `[d]` each, their largest entry positive; one where d is 1. */
  readonly leading: readonly Float64Array[];
}

/** The singular spectrum of centred features, its entropy and the effective rank. */
export function featureSpectrum({ channels, matrix }: Covariance): FeatureSpectrum {
  const symmetric = new EigenvalueDecomposition(Matrix.from1DArray(channels, channels, [...matrix]), {
    assumeSymmetric: true,
  });
  const singularValues = Float64Array.from(symmetric.realEigenvalues, (value) =>
    Math.sqrt(Math.max(value, 0)),
  )
    .sort()
    .reverse();
  const leading = leadingVectors(symmetric);
  const sum = singularValues.reduce((total, value) => total + value, 0);
  if (sum === 0) return { singularValues, entropy: null, effectiveRank: null, leading };
  const entropy = singularValues.reduce((total, value) => {
    const p = value / sum;
    return p > 0 ? total - p * Math.log(p) : total;
  }, 0);
  return { singularValues, entropy, effectiveRank: Math.exp(entropy), leading };
}

/** The eigenvectors of the two largest eigenvalues; their signs are those that make their largest entries positive. */
function leadingVectors({ realEigenvalues, eigenvectorMatrix }: EigenvalueDecomposition): Float64Array[] {
  const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  return order.slice(0, 2).map((at) => {
    const vector = Float64Array.from(eigenvectorMatrix.getColumn(at));
    const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    return vector.map((value) => (largest < 0 ? -value : value));
  });
}
