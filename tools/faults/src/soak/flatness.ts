import type { Sample } from './sample.js';

/** What must be the same in all samples after the beginning. */
const COUNTS = ['tensors', 'buffers', 'handles', 'graphs', 'files'] as const;

/** Memory that may be more at the end than after the beginning, MB: allocators are not exact. */
const SLACK = { resident: 24, heap: 6, wasm: 0 } as const;

/** How much of a run is its beginning: caches fill, statistics are made. */
const BEGINNING = 0.2;

/** What grows from the end of the beginning to the end, in words; empty where all is flat. Counts are compared one by one, memory by the medians of the first and the last quarter. */
export function growthIn(samples: readonly Sample[]): readonly string[] {
  const steady = samples.slice(Math.ceil(samples.length * BEGINNING));
  const counts = COUNTS.flatMap((key) => {
    const seen = new Set(steady.map((sample) => sample[key]));
    return seen.size > 1 ? [`${key}: ${[...seen].join(', ')}`] : [];
  });
  const quarter = Math.max(1, Math.floor(steady.length / 4));
  const memory = (['resident', 'heap', 'wasm'] as const).flatMap((key) => {
    const [before, after] = [steady.slice(0, quarter), steady.slice(-quarter)].map((part) =>
      median(part.map((sample) => sample[key])),
    );
    return after - before > SLACK[key] ? [`${key}: ${before.toFixed(1)} to ${after.toFixed(1)} MB`] : [];
  });
  return [...counts, ...memory];
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
