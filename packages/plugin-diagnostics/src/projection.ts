import type { Covariance } from './covariance.js';
import type { FeatureSpectrum } from './feature-spectrum.js';

/** Centred features in the plane of their two largest variances, `[n, 2]` row by row; 0 in the second column where d is 1. */
export function projectionOf(
  features: ArrayLike<number>,
  { channels, mean }: Covariance,
  { leading }: Pick<FeatureSpectrum, 'leading'>,
): Float64Array {
  const examples = features.length / channels;
  const projection = new Float64Array(2 * examples);
  for (let example = 0; example < examples; example++) {
    leading.forEach((vector, axis) => {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += vector[c] * (features[example * channels + c] - mean[c]);
      projection[2 * example + axis] = sum;
    });
  }
  return projection;
}
