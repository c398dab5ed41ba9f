import { rounded } from './number-list.js';

/** Values of some steps by name; null where a step had none. */
export type Columns = Readonly<Record<string, readonly (number | null)[]>>;

/** Points of a series before neighbours are joined. */
export const MOST_POINTS = 8192;

/** Columns of every series: the last step of a point, and mean, least and largest loss of its steps. */
const [STEP, LOSS, LOW, HIGH] = ['step', 'loss', 'low', 'high'] as const;

/** The part of a point that is still being collected. */
interface Bucket {
  count: number;
  readonly values: Record<string, { sum: number; count: number; low: number; high: number }>;
  step: number;
}

/**
 * Numbers of steps of one tag, thinned: a point stands for `stride` steps; when there are more than {@link MOST_POINTS} points,
 * two neighbours become one. Means are kept, of the loss also the least and the largest.
 */
export class StepSeries {
  #stride: number;
  readonly #most: number;
  readonly #columns = new Map<string, (number | null)[]>();
  #bucket: Bucket = emptyBucket();

  constructor(most = MOST_POINTS, stride = 1) {
    this.#most = most;
    this.#stride = stride;
    for (const name of [STEP, LOSS, LOW, HIGH]) this.#columns.set(name, []);
  }

  /** A series as `columns` gave it. */
  static from(columns: Columns, stride: number, most = MOST_POINTS): StepSeries {
    const series = new StepSeries(most, stride);
    for (const [name, values] of Object.entries(columns)) series.#columns.set(name, [...values]);
    return series;
  }

  /** Steps that a point stands for. */
  get stride(): number {
    return this.#stride;
  }

  get length(): number {
    return this.#columns.get(STEP)!.length;
  }

  /** Adds one step: its number, counted from 1, and its values, `loss` among them. */
  add(step: number, values: Readonly<Record<string, number | null>>): void {
    const bucket = this.#bucket;
    bucket.step = step;
    bucket.count++;
    for (const [name, value] of Object.entries(values)) {
      if (value === null || !Number.isFinite(value)) continue;
      const seen = (bucket.values[name] ??= { sum: 0, count: 0, low: Infinity, high: -Infinity });
      seen.sum += value;
      seen.count++;
      seen.low = Math.min(seen.low, value);
      seen.high = Math.max(seen.high, value);
    }
    if (bucket.count >= this.#stride) this.#push();
  }

  /** Forgets a step, counted from 1, and all later ones. */
  rewind(step: number): void {
    const steps = this.#columns.get(STEP)!;
    let length = steps.length;
    while (length > 0 && steps[length - 1]! >= step) length--;
    for (const values of this.#columns.values()) values.length = length;
    this.#bucket = emptyBucket();
  }

  /** Names of what there is of some step. */
  get names(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** One value of all points; the one that is being collected is the last. */
  column(name: string): readonly (number | null)[] {
    const values = this.#columns.get(name) ?? [];
    return this.#bucket.count > 0 ? [...values, pointOf(this.#bucket)[name] ?? null] : values;
  }

  /** All points, rounded; the one that is being collected is the last. */
  columns(digits = 6): Columns {
    const open = this.#bucket.count > 0 ? pointOf(this.#bucket) : undefined;
    return Object.fromEntries(
      Array.from(this.#columns, ([name, values]) => {
        const all = open ? [...values, open[name] ?? null] : values;
        return [name, name === STEP ? [...all] : all.map((value) => rounded(value, digits))];
      }),
    );
  }

  #push(): void {
    const point = pointOf(this.#bucket);
    const { length } = this;
    for (const name of Object.keys(point)) {
      if (!this.#columns.has(name)) this.#columns.set(name, new Array<null>(length).fill(null));
    }
    for (const [name, values] of this.#columns) values.push(point[name] ?? null);
    this.#bucket = emptyBucket();
    // Pairs only, so that every point stands for as many steps.
    if (this.length >= this.#most && this.length % 2 === 0) this.#halve();
  }

  #halve(): void {
    for (const [name, values] of this.#columns) {
      const pairs = Array.from({ length: values.length / 2 }, (_, at) =>
        joined(name, values[2 * at], values[2 * at + 1]),
      );
      values.length = 0;
      values.push(...pairs);
    }
    this.#stride *= 2;
  }
}

function emptyBucket(): Bucket {
  return { count: 0, values: Object.create(null) as Bucket['values'], step: 0 };
}

function pointOf({ step, values }: Bucket): Record<string, number | null> {
  const means = Object.entries(values).map(([name, { sum, count }]) => [name, sum / count] as const);
  const { low = null, high = null } = values[LOSS] ?? {};
  return { ...Object.fromEntries(means), [STEP]: step, [LOW]: low, [HIGH]: high };
}

function joined(name: string, first: number | null, second: number | null): number | null {
  if (second === null) return first;
  if (name === STEP || first === null) return second;
  if (name === LOW) return Math.min(first, second);
  if (name === HIGH) return Math.max(first, second);
  return (first + second) / 2;
}
