import { constants } from 'node:os';

/** How a run says that a signal stopped it: `interrupted by SIGTERM`. */
const BY_SIGNAL = /^interrupted by (SIG[A-Z]+)$/;

/** What a run that nobody reads any more gives as its reason. */
export const OUTPUT_CLOSED = 'output was closed';

/** The reason of a run that was stopped by a signal. */
export function reasonOfSignal(signal: NodeJS.Signals): string {
  return `interrupted by ${signal}`;
}

/**
 * The exit code that a shell expects of a program that was interrupted, by the `reason` of a run's result: 128 + the
 * signal's number (130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP), 141 when its output was closed, else 130.
 */
export function exitCodeOf(reason: string): number {
  if (reason === OUTPUT_CLOSED) return 128 + constants.signals.SIGPIPE;
  const [, signal] = BY_SIGNAL.exec(reason) ?? [];
  return 128 + (constants.signals[signal as NodeJS.Signals] ?? constants.signals.SIGINT);
}
