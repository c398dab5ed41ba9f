/** A line of `metrics.jsonl`, or of what a live run says beside it; whatever else stands in it. */
export interface RunLine {
  readonly type: string;
  /** Zero-based. */
  readonly epoch: number;
  readonly [field: string]: unknown;
}

/** The line in a text or in parsed JSON; undefined for anything else. */
export function runLine(value: unknown): RunLine | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { type, epoch = 0 } = value as { type?: unknown; epoch?: unknown };
  return typeof type === 'string' && Number.isSafeInteger(epoch)
    ? { ...value, type, epoch: epoch as number }
    : undefined;
}

/** The same from its text. */
export function parseLine(text: string): RunLine | undefined {
  try {
    return runLine(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A number, or null. */
export function isNumber(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

/** A list of numbers and nulls. */
export function isNumbers(value: unknown): value is readonly (number | null)[] {
  return Array.isArray(value) && value.every(isNumber);
}

/** A list of texts. */
export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
