import { errors } from './errors.js';

/** Throws `LOGIT_ADJUST_BAD_OPTION` unless `holds`; `expected` says what would have. */
export function checkOption(
  factory: string,
  option: string,
  received: unknown,
  holds: boolean,
  expected: string,
): void {
  if (!holds) throw errors.BAD_OPTION({ factory, option, expected, received });
}

/** Throws `LOGIT_ADJUST_BAD_OPTION` unless the option is a number of at least 0, or within 0 and `most`. */
export function checkAmount(factory: string, option: string, received: unknown, most?: number): void {
  const holds = typeof received === 'number' && received >= 0 && received <= (most ?? Number.MAX_VALUE);
  const expected = most === undefined ? 'a number, 0 or more' : `a number in [0, ${most}]`;
  checkOption(factory, option, received, holds, expected);
}
