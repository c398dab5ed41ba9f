/** An object of JSON, which is neither null nor a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number of at least `least`, exact in float64. */
export function isCount(value: unknown, least = 0): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** A text. */
export function isText(value: unknown): value is string {
  return typeof value === 'string';
}
