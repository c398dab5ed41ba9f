import { nearestName } from './nearest-name.js';
import { Mismatch } from './option.js';
import type { Option } from './option.js';

/** What every option of a function may be, by its name. */
export type OptionSpec = Readonly<Record<string, Option<unknown, unknown>>>;

/** The options of a function that has none: what is given it all the same is refused by name. */
export type NoOptions = Readonly<Record<string, never>>;

/**
 * The spec of options that have their own interface: `satisfies SpecOf<BetOptions>` makes the compiler say when one
 * of the two has a name, or a type, that the other has not.
 */
export type SpecOf<Options extends object> = {
  readonly [Name in keyof Options]-?: Option<Exclude<Options[Name], undefined>, Options[Name]>;
};

/** What options are read as, by their spec. */
export type ReadOptions<Spec extends OptionSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends Option<unknown, infer Read> ? Read : never;
};

/** Reads every option of the spec from an object, and takes no other name. */
export function readObject<Spec extends OptionSpec>(
  options: Readonly<Record<string, unknown>>,
  spec: Spec,
  path: string,
): ReadOptions<Spec> | Mismatch {
  const known = Object.keys(spec);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(spec, name)) continue;
    const nearest = known.find((other) => spec[other].aliases.includes(name)) ?? nearestName(name, known);
    return new Mismatch(`${path}.${name}`, 'another name', options[name], { known, nearest });
  }
  const read: Record<string, unknown> = {};
  for (const name of known) {
    const value = spec[name].read(options[name], `${path}.${name}`);
    if (value instanceof Mismatch) return value;
    read[name] = value;
  }
  return read as ReadOptions<Spec>;
}
