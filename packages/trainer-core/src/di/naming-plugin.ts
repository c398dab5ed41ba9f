import { isEvenkeelError } from '@evenkeel/errors';
import { trainerErrors } from '../errors.js';

/** Runs a part of a plugin's set-up; a failure that has no code of its own is named after the plugin. */
export function namingPlugin<Result>(plugin: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (isEvenkeelError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw trainerErrors.SETUP_FAILED({ plugin, reason }, { cause });
  }
}
