import type { Covariance } from './covariance.js';

/** How much channels move together. */
export interface ChannelCorrelation {
  /** Pearson's r of every pair, `[d, d]` row by row, −1 .. 1; NaN in the rows and columns of constant channels. */
  readonly matrix: Float64Array;
  /** Mean of |r| over the pairs of different channels that vary, 0 .. 1; null with fewer than two such channels. */
  readonly meanAbsolute: number | null;
  /** Channels without variance. */
  readonly constant: number;
}

/** Correlation of channels: r_ij = Σ_ij / √(Σ_ii·Σ_jj). */
export function channelCorrelation({ channels, mean, matrix }: Covariance): ChannelCorrelation {
  const deviation = mean.map((value, c) => {
    const own = Math.sqrt(matrix[c * channels + c]);
    // A constant that float64 cannot average exactly leaves a trace.
    return own > 1e-12 * Math.abs(value) ? own : 0;
  });
  const correlation = matrix.map((value, at) => {
    const [i, j] = [Math.floor(at / channels), at % channels];
    const scale = deviation[i] * deviation[j];
    return scale > 0 ? value / scale : NaN;
  });
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < channels; i++) {
    for (let j = 0; j < i; j++) {
      const r = correlation[i * channels + j];
      if (Number.isNaN(r)) continue;
      sum += Math.abs(r);
      pairs++;
    }
  }
  const constant = deviation.filter((value) => value === 0).length;
  return { matrix: correlation, meanAbsolute: pairs > 0 ? sum / pairs : null, constant };
}
