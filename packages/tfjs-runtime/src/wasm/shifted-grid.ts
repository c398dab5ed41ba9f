/** Input indices `start, start + stride, …` at the positions `position, position + 1, …` of a phase. */
export interface ShiftedRun {
  readonly phase: number;
  readonly start: number;
  readonly position: number;
  readonly count: number;
}

/** How one spatial axis of a convolution is laid out so that every tap of the filter is a mere shift. */
export interface ShiftedAxis {
  /** Filter taps that share a phase: `ceil(kernel / stride)`; tap `k` is phase `k % stride` shifted by `floor(k / stride)`. */
  readonly taps: number;
  /** Phases in use: `min(kernel, stride)`. */
  readonly phases: number;
  /** Positions from one row (or image) to the next. */
  readonly size: number;
  /** The runs of input indices, `stride` apart, that land on consecutive positions of one phase. */
  readonly runs: readonly ShiftedRun[];
}

/**
 * Plans one axis: input index `i` becomes position `floor((i + pad) / stride)` of phase `(i + pad) % stride`, so the
 * output `o` meets tap `k` at position `o + floor(k / stride)`. Padding is not stored twice: a row's reads beyond its
 * end fall on the zeros before the next row's data, and `size` is the smallest for which that holds.
 */
export function shiftedAxis(
  input: number,
  output: number,
  kernel: number,
  stride: number,
  pad: number,
): ShiftedAxis {
  const taps = Math.ceil(kernel / stride);
  const phases = Math.min(kernel, stride);
  const reach = output + taps - 1;
  const runs = Array.from({ length: phases }, (_, phase): ShiftedRun => {
    const position = Math.max(0, Math.ceil((pad - phase) / stride));
    const start = position * stride + phase - pad;
    const count = Math.min(reach - position, Math.ceil((input - start) / stride));
    return { phase, start, position, count: Math.max(0, count) };
  }).filter(({ count }) => count > 0);
  const first = Math.min(reach, ...runs.map(({ position }) => position));
  const end = Math.max(0, ...runs.map(({ position, count }) => position + count));
  return { taps, phases, size: Math.max(output, end, reach - first), runs };
}
