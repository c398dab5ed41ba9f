import { isEvenkeelError } from '@evenkeel/errors';

/** Why a backend did not start, on one line. */
export function shortReason(error: unknown): string {
  if (isEvenkeelError(error, 'RUNTIME_BACKEND_FAILED')) return (error.details as { reason: string }).reason;
  if (isEvenkeelError(error, 'TENSORFLOW_BUILD_DAMAGED')) {
    const { backend, problem } = error.details as { backend: string; problem: string };
    return `its build is damaged, ${problem} (repair: \`npx evenkeel setup ${backend}\`)`;
  }
  return String(error instanceof Error ? error.message : error).split('\n')[0];
}
