import type { Covariance } from './covariance.js';

/**
 * How far features are from white: `‖Σ − I‖_F / √d` with their whole covariance Σ, `[d, d]`. 0 is white, 1 is what features
 * without any variance give. The same for every method, also those that normalise channels or groups alone.
 */
export function whitenessOf({ channels, matrix }: Covariance): number {
  const squares = matrix.reduce((sum, value, at) => {
    const wanted = at % (channels + 1) === 0 ? 1 : 0;
    return sum + (value - wanted) ** 2;
  }, 0);
  return Math.sqrt(squares / channels);
}
