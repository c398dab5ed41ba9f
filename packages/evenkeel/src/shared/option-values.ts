import { InvalidArgumentError } from 'commander';

/** Reads the text of an option; throws commander's `InvalidArgumentError`, which says what was expected. */
export type ReadValue<Value> = (text: string) => Value;

/** A whole number of at least `least` and at most `most`. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): ReadValue<number> {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}${upTo}.`);
  };
}

/** A finite number of at least `least`. */
export function numberFrom(least: number): ReadValue<number> {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a number of at least ${least}.`);
  };
}

/** A fraction from 0 to `most`. */
export function fraction(most: number): ReadValue<number> {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value <= most) return value;
    throw new InvalidArgumentError(`Expected a fraction from 0 to ${most}.`);
  };
}

/** Different names, separated by commas. */
export function names(text: string): readonly string[] {
  const list = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (list.length > 0 && new Set(list).size === list.length) return list;
  throw new InvalidArgumentError('Expected different names, separated by commas.');
}

/** The largest seed that a trainer takes. */
export const MOST_SEED = 0xffff_ffff;

/** Different seeds, separated by commas. */
export function seeds(text: string): readonly number[] {
  const list = names(text).map(whole(0));
  if (list.some((seed) => seed > MOST_SEED)) {
    throw new InvalidArgumentError(`Expected seeds of at most ${MOST_SEED}.`);
  }
  if (new Set(list).size === list.length) return list;
  throw new InvalidArgumentError('Expected different seeds, separated by commas.');
}
