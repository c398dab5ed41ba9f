/** One measured thing: a line of `--json`, a row of the table. */
export interface Line {
  readonly suite: string;
  readonly name: string;
  /** Least milliseconds of a step (or of what the suite says that it times). */
  readonly msMin: number;
  readonly msMedian: number;
  readonly imagesPerSecond?: number;
  /** Median of this one over the median of another one. */
  readonly ratioTo?: { readonly name: string; readonly ratio: number };
  /** What else the suite found out, by name. */
  readonly more?: Readonly<Record<string, number>>;
}

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What makes lines of times. */
export interface LinesOptions {
  /** Images in one step; default: none, so no images per second. */
  readonly images?: number;
  /** The contestant that all others are compared with. */
  readonly base?: string;
}

/** One line for each contestant, in their order. */
export function linesOf(
  suite: string,
  times: ReadonlyMap<string, readonly number[]>,
  { images, base }: LinesOptions = {},
): Line[] {
  const baseMedian = base === undefined ? undefined : median(times.get(base) ?? []);
  return Array.from(times, ([name, values]) => {
    const msMedian = median(values);
    return {
      suite,
      name,
      msMin: Math.min(...values),
      msMedian,
      ...(images !== undefined && { imagesPerSecond: (images * 1000) / msMedian }),
      ...(base !== undefined &&
        baseMedian !== undefined &&
        name !== base && { ratioTo: { name: base, ratio: msMedian / baseMedian } }),
    };
  });
}
