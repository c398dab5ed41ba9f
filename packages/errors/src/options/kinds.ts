import { listed, Mismatch, Option } from './option.js';
import { readObject } from './read-object.js';
import type { OptionSpec, ReadOptions } from './read-object.js';

/** Bounds of a number; `above` and `below` exclude their value. */
export interface NumberRange {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly below?: number;
}

/** Whatever `holds` is true for; `expected` says what that is. */
export function check<Value>(expected: string, holds: (value: unknown) => boolean): Option<Value> {
  return new Option<Value>([expected], (value, path) =>
    holds(value) ? (value as Value) : new Mismatch(path, expected, value),
  );
}

/** A finite number within the bounds; without bounds any. */
export function number(range: NumberRange = {}): Option<number> {
  const words = rangeInWords(range);
  return check(
    words === '' ? 'a finite number' : `a number${words}`,
    (value) => isNumber(value) && within(value, range),
  );
}

/** A whole number from `least` to `most`; by default any from 0 that a number holds exactly. */
export function whole(least = 0, most = Number.MAX_SAFE_INTEGER): Option<number> {
  const max = most === Number.MAX_SAFE_INTEGER ? undefined : most;
  return check(
    `a whole number${rangeInWords({ min: least, max })}`,
    (value) => isNumber(value) && Number.isInteger(value) && value >= least && value <= most,
  );
}

/** `true` or `false`. */
export function flag(): Option<boolean> {
  return check('true or false', (value) => typeof value === 'boolean');
}

/** A text that is not empty; `expected` says what it tells, such as `a path`. */
export function text(expected = 'a text that is not empty'): Option<string> {
  return check(expected, (value) => typeof value === 'string' && value !== '');
}

/** A function; what it takes and gives is only known to the compiler. */
export function func<Func extends (...args: never[]) => unknown>(expected = 'a function'): Option<Func> {
  return check(expected, (value) => typeof value === 'function');
}

/** An instance of a class. */
export function instance<Value>(
  type: abstract new (...args: never[]) => Value,
  expected = `a ${type.name}`,
): Option<Value> {
  return check(expected, (value) => value instanceof type);
}

/** An object that somebody else has made, known by members that it has. */
export function having<Value extends object>(
  what: string,
  ...members: readonly (string & keyof Value)[]
): Option<Value> {
  const named =
    members.length === 0
      ? ''
      : listed(
          members.map((member) => `'${member}'`),
          'and',
        );
  const expected = `${what} (an object${named && ` with ${named}`})`;
  return check(
    expected,
    (value) => isObject(value) && members.every((member) => value[member] !== undefined),
  );
}

/** A list of at least `least` and at most `most` entries. */
export function list<Entry>(
  entry: Option<Entry, unknown>,
  least = 0,
  most = Infinity,
): Option<readonly Entry[]> {
  const size =
    least === most
      ? ` of ${least}`
      : most < Infinity
        ? ` of ${least} to ${most}`
        : least > 0
          ? ` of at least ${least}`
          : '';
  const expected = `a list${size}, every entry ${entry.expected}`;
  return new Option<readonly Entry[]>([expected], (value, path) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      return new Mismatch(path, expected, value);
    const entries: Entry[] = [];
    for (let at = 0; at < value.length; at++) {
      const read = entry.read(value[at], `${path}[${at}]`);
      if (read instanceof Mismatch) return read;
      entries.push(read as Entry);
    }
    return entries;
  });
}

/** An object of options in an option. */
export function object<Spec extends OptionSpec>(spec: Spec): Option<ReadOptions<Spec>> {
  const expected = `an object of ${Object.keys(spec).join(', ')}`;
  return new Option<ReadOptions<Spec>>([expected], (value, path) =>
    isObject(value) ? readObject(value, spec, path) : new Mismatch(path, expected, value),
  );
}

/** An object of one of several kinds; its member `by` says which, and so which other members it has. */
export function variants<By extends string, Specs extends Readonly<Record<string, OptionSpec>>>(
  by: By,
  specs: Specs,
): Option<Variant<By, Specs>> {
  const kinds = Object.keys(specs);
  const expected = `an object with ${by}: ${kinds.map((kind) => `'${kind}'`).join(' | ')}`;
  return new Option<Variant<By, Specs>>([expected], (value, path) => {
    if (!isObject(value)) return new Mismatch(path, expected, value);
    const { [by]: kind, ...rest } = value;
    if (typeof kind !== 'string' || !Object.hasOwn(specs, kind)) return new Mismatch(path, expected, value);
    const read = readObject(rest, specs[kind], path);
    return read instanceof Mismatch ? read : ({ [by]: kind, ...read } as Variant<By, Specs>);
  });
}

/** What `variants` reads. */
export type Variant<By extends string, Specs extends Readonly<Record<string, OptionSpec>>> = {
  [Kind in keyof Specs]: { readonly [Key in By]: Kind } & ReadOptions<Specs[Kind]>;
}[keyof Specs];

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function within(value: number, { min, above, max, below }: NumberRange): boolean {
  return (
    !(value < (min ?? value) || value > (max ?? value)) &&
    value > (above ?? -Infinity) &&
    value < (below ?? Infinity)
  );
}

/** The range as mathematicians write it: ` in [0, 1)`; ` of at least 0` and the like where it is open to one side. */
function rangeInWords({ min, above, max, below }: NumberRange): string {
  const [low, high] = [min ?? above, max ?? below];
  if (low === undefined && high === undefined) return '';
  if (high === undefined) return min === undefined ? ` above ${low}` : ` of at least ${low}`;
  if (low === undefined) return max === undefined ? ` below ${high}` : ` of at most ${high}`;
  return ` in ${min === undefined ? '(' : '['}${low}, ${high}${max === undefined ? ')' : ']'}`;
}
