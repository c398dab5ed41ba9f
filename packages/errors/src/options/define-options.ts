import type { OptionFault, Refusal } from './fault.js';
import { Mismatch } from './option.js';
import type { Option } from './option.js';
import { readObject } from './read-object.js';
import type { OptionSpec, ReadOptions } from './read-object.js';

/** One option, for tables. */
export interface OptionLine {
  readonly name: string;
  /** What it may be. */
  readonly expected: string;
  /** What it is when it is left out, `required` where it cannot be. */
  readonly default: string;
}

/** The options of one function: reads them, and says what they are. */
export interface OptionsReader<Spec extends OptionSpec> {
  /** The function whose options they are, such as `bet`. */
  readonly where: string;
  readonly spec: Spec;
  /** One line for every option. */
  readonly lines: readonly OptionLine[];
  /**
   * Options with their defaults, checked; `undefined` is no options. Throws the refusal for what is no object, an unknown
   * name (with the nearest one), and a value that is not taken, `null` included.
   */
  read(options?: unknown): ReadOptions<Spec>;
  /** The error for an option that is wrong beside another one, or beside the data. */
  refuse(option: string & keyof Spec, expected: string, received: unknown): Error;
}

/**
 * Says once which options a function has; all of its error texts, its defaults and its table in the README follow.
 *
 * @param where The function, such as `bet`.
 * @param refusal A package's `errors.BAD_OPTION`, an `optionEntry`.
 *
 * @example
 * const betOptions = defineOptions('bet', errors.BAD_OPTION, { every: whole(1).or(Infinity).default(4) });
 * betOptions.read({ every: 2 });   // { every: 2 }
 * betOptions.read({ evry: 2 });    // throws: Option 'evry' of bet is unknown. Did you mean 'every'? Options: every.
 */
export function defineOptions<const Spec extends OptionSpec>(
  where: string,
  refusal: Refusal,
  spec: Spec,
): OptionsReader<Spec> {
  const known = Object.keys(spec);
  return {
    where,
    spec,
    lines: Object.entries(spec).map(([name, option]) => ({
      name,
      expected: option.expected,
      default: option.fallback ?? 'required',
    })),
    read(options = {}) {
      if (typeof options !== 'object' || options === null || Array.isArray(options)) {
        throw refusal({ problem: 'no-object', where, known, received: options });
      }
      const read = readObject(options as Readonly<Record<string, unknown>>, spec, '');
      if (read instanceof Mismatch) throw refusal(faultOf(read, where, spec));
      return read;
    },
    refuse: (option, expected, received) => refusal({ where, option, expected, received }),
  };
}

/**
 * One argument of a function that takes no options, such as the `k` of `topK(k)`, checked. Throws the refusal.
 *
 * @example
 * const k = readArgument('topK', errors.BAD_OPTION, 'k', whole(1), received);
 */
export function readArgument<Read>(
  where: string,
  refusal: Refusal,
  name: string,
  option: Option<unknown, Read>,
  received: unknown,
): Read {
  const read = option.read(received, `.${name}`);
  if (!(read instanceof Mismatch)) return read as Read;
  const fault = faultOf(read, where, { [name]: option });
  throw refusal(fault.problem === undefined ? { ...fault, problem: 'argument' } : fault);
}

function faultOf(
  { path, expected, received, names }: Mismatch,
  where: string,
  spec: OptionSpec,
): OptionFault {
  const option = path.slice(1);
  if (names === undefined) return { where, option, expected, received, fallback: fallbackOf(option, spec) };
  const within = (name: string) => option.slice(0, option.lastIndexOf('.') + 1) + name;
  return {
    problem: 'unknown',
    where,
    option,
    known: names.known.map(within),
    nearest: names.nearest === undefined ? undefined : within(names.nearest),
  };
}

/** Of the option itself; that of a part of it is not its own. */
function fallbackOf(option: string, spec: OptionSpec): string | undefined {
  return Object.hasOwn(spec, option) ? spec[option].fallback : undefined;
}
