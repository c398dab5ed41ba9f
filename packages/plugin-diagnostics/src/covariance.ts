/** Mean and biased covariance of features. */
export interface Covariance {
  /** Channels d. */
  readonly channels: number;
  /** `[d]`. */
  readonly mean: Float64Array;
  /** (1/n)·Σ (x − μ)(x − μ)ᵀ, `[d, d]` row by row. */
  readonly matrix: Float64Array;
}

/** Mean and biased covariance of `features`, `[n, channels]` row by row with n ≥ 1, in float64. */
export function covarianceOf(features: ArrayLike<number>, channels: number): Covariance {
  const rows = features.length / channels;
  const mean = new Float64Array(channels);
  for (let at = 0; at < features.length; at++) mean[at % channels] += features[at] / rows;
  const matrix = new Float64Array(channels * channels);
  const centred = new Float64Array(channels);
  for (let from = 0; from < features.length; from += channels) {
    for (let c = 0; c < channels; c++) centred[c] = features[from + c] - mean[c];
    for (let i = 0; i < channels; i++) {
      const scaled = centred[i] / rows;
      for (let j = 0; j <= i; j++) matrix[i * channels + j] += scaled * centred[j];
    }
  }
  for (let i = 0; i < channels; i++) {
    for (let j = 0; j < i; j++) matrix[j * channels + i] = matrix[i * channels + j];
  }
  return { channels, mean, matrix };
}
