import { isEvenkeelError } from '@evenkeel/errors';

/** Why a backend did not start, on one line. */
export function shortReason(error: unknown): string {
  if (isEvenkeelError(error, 'RUNTIME_BACKEND_FAILED')) return (error.details as { reason: string }).reason;
  return String(error instanceof Error ? error.message : error).split('\n')[0];
}
