/** An error with a code to branch on and a text to act on; every Evenkeel package throws only these on purpose. */
export class EvenkeelError extends Error {
  override readonly name: string = 'EvenkeelError';
  /** Stable across releases, such as `TRAINER_REQUIRES_MISSING`. */
  readonly code: string;
  /** What the text was made from. */
  readonly details: unknown;

  constructor(
    code: string,
    text: string,
    options: { readonly details?: unknown; readonly cause?: unknown } = {},
  ) {
    super(`[${code}] ${text}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
  }
}

/** Whether a value is an Evenkeel error, of the given code if one is named; safe across copies of this package. */
export function isEvenkeelError(value: unknown, code?: string): value is EvenkeelError {
  return (
    value instanceof Error &&
    value.name === 'EvenkeelError' &&
    'code' in value &&
    (code === undefined || value.code === code)
  );
}
