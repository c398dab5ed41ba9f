import { isEvenkeelError } from './evenkeel-error.js';

/**
 * What a program prints of an error that ends it: the text of a coded one, which says what to do, all texts of several at
 * once, and the stack of anything else.
 */
export function tellError(error: unknown): string {
  if (isEvenkeelError(error)) return error.message;
  if (
    error instanceof AggregateError &&
    error.errors.length > 0 &&
    error.errors.every((one) => isEvenkeelError(one))
  ) {
    return error.errors.map(tellError).join('\n');
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
