import { expect, it } from 'vitest';
import { exitCodeOf, OUTPUT_CLOSED, reasonOfSignal } from './exit-code.js';

it('is what a shell expects', () => {
  // POSIX: 128 + the number of the signal; SIGHUP 1, SIGINT 2, SIGPIPE 13, SIGTERM 15.
  const codes = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    exitCodeOf(reasonOfSignal(signal)),
  );
  expect(codes).toEqual([130, 143, 129]);
  expect(exitCodeOf(OUTPUT_CLOSED)).toBe(141);
  expect(exitCodeOf('patience ran out')).toBe(130);
});
