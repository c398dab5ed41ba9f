/** Mean and standard deviation of every channel, of pixels scaled to 0 .. 1. */
export interface ChannelStatistics {
  /** `[channels]`. */
  readonly mean: readonly number[];
  /** Over all pixels, divided by their number (not by one less), `[channels]`. */
  readonly std: readonly number[];
}

/** Measures the pixels (0 .. 255, channel last) that a normalisation is made from; `channels` divides their number. */
export function channelStatistics(pixels: Uint8Array, channels: number): ChannelStatistics {
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  for (let i = 0; i < pixels.length; i += channels) {
    for (let channel = 0; channel < channels; channel++) counts[channel][pixels[i + channel]]++;
  }
  const total = pixels.length / channels;
  const mean = counts.map((values) => values.reduce((sum, n, value) => sum + n * value, 0) / total / 255);
  const std = counts.map((values, channel) => {
    const squares = values.reduce((sum, n, value) => sum + n * (value / 255 - mean[channel]) ** 2, 0);
    return Math.sqrt(squares / total);
  });
  return { mean, std };
}
