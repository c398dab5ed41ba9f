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
  const sum = singularValues.reduce((total, value) => total + value, 0);
  if (sum === 0) return { singularValues, entropy: null, effectiveRank: null };
  const entropy = singularValues.reduce((total, value) => {
    const p = value / sum;
    return p > 0 ? total - p * Math.log(p) : total;
  }, 0);
  return { singularValues, entropy, effectiveRank: Math.exp(entropy) };
}
