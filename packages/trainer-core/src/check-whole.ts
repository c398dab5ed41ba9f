import { trainerErrors } from './errors.js';

/** Throws BAD_OPTION unless `received` is a whole number in `least .. most`. */
export function checkWhole(
  call: string,
  option: string,
  received: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(received) && received >= least && received <= most) return;
  const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
  throw trainerErrors.BAD_OPTION({
    call,
    option,
    expected: `a whole number of at least ${least}${upTo}`,
    received,
  });
}
