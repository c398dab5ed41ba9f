import { show } from '../quote.js';

/** What an option may be written as where it is one of a few values. */
export type Literal = string | number | boolean | null;

/** Why a value is not taken, before it is known whose option it is. */
export class Mismatch {
  constructor(
    /** From the option to the wrong part of it: empty, `.many`, `[2]`. */
    readonly path: string,
    readonly expected: string,
    readonly received: unknown,
    /** Set for a name that is unknown within an object: those that it could have been, and the one that was probably meant. */
    readonly names?: { readonly known: readonly string[]; readonly nearest?: string },
  ) {}
}

/** Takes a value apart: what it is read as, or why it is not taken. */
type Check<Value> = (value: unknown, path: string) => Value | Mismatch;

/** What an option is read as when it is not given. */
interface Absent<Read> {
  readonly value: Read;
  /** For tables and error texts. */
  readonly text: string;
}

/**
 * What an option may be, and what it is when it is left out. Required until `default` or `optional` says otherwise;
 * `undefined` counts as left out. Options are values: every method returns a new one.
 */
export class Option<Value, Read = Value> {
  /** The alternatives, each as an error text says it. */
  readonly alternatives: readonly string[];
  /** Names that people know it by elsewhere, such as `lr`: they are refused, and it is what was meant. */
  readonly aliases: readonly string[];
  readonly #check: Check<Value>;
  readonly #absent: Absent<Read> | undefined;

  /** @internal */
  constructor(
    alternatives: readonly string[],
    check: Check<Value>,
    absent?: Absent<Read>,
    aliases: readonly string[] = [],
  ) {
    this.alternatives = alternatives;
    this.aliases = aliases;
    this.#check = check;
    this.#absent = absent;
  }

  /** What it may be, as an error text says it: `a whole number of at least 1 or Infinity`. */
  get expected(): string {
    return listed(this.alternatives);
  }

  /** What it is when it is left out, as text; undefined where it is required. */
  get fallback(): string | undefined {
    return this.#absent?.text;
  }

  /** May also be this value, or what another option takes. */
  or<Other>(other: Option<Other, unknown>): Option<Value | Other>;
  or<const Other extends Literal>(other: Other): Option<Value | Other>;
  or(other: Option<unknown, unknown> | Literal): Option<unknown> {
    const second = other instanceof Option ? other : oneOf(other);
    const alternatives = [...this.alternatives, ...second.alternatives];
    return new Option<unknown>(alternatives, (value, path) => {
      const tried = [this.#check(value, path), second.#check(value, path)];
      const taken = tried.find((result) => !(result instanceof Mismatch));
      if (taken !== undefined) return taken;
      // A part of it was wrong: that says more than that the whole is neither.
      const parts = tried.filter((result) => result instanceof Mismatch && result.path !== path);
      return parts.length === 1 ? parts[0] : new Mismatch(path, listed(alternatives), value);
    });
  }

  /** Must also hold `holds`; `expected` then says all that it must be. */
  where(expected: string, holds: (value: Value) => boolean): Option<Value> {
    return new Option([expected], (value, path) => {
      const read = this.#check(value, path);
      if (read instanceof Mismatch) return read.path === path ? new Mismatch(path, expected, value) : read;
      return holds(read) ? read : new Mismatch(path, expected, value);
    });
  }

  /** Is `value` when it is left out; `text` says so in tables, by default as the value is written. Throws a `TypeError` for one that is not taken. */
  default(value: Value, text: string = show(value)): Option<Value> {
    const read = this.#check(value, '');
    if (read instanceof Mismatch) {
      throw new TypeError(
        `A default must be taken itself: expected ${read.expected}, received ${show(read.received)}.`,
      );
    }
    return new Option(this.alternatives, this.#check, { value: read, text });
  }

  /** May be left out, and is `undefined` then; `text` says in tables what that means. */
  optional(text = 'none'): Option<Value, Value | undefined> {
    return new Option<Value, Value | undefined>(this.alternatives, this.#check, { value: undefined, text });
  }

  /** Is what somebody means who writes one of these names; call it last. */
  knownAs(...aliases: readonly string[]): Option<Value, Read> {
    return new Option(this.alternatives, this.#check, this.#absent, aliases);
  }

  /** Whether a value is taken as it is. */
  takes(value: unknown): boolean {
    return !(this.#check(value, '') instanceof Mismatch);
  }

  /** What a value is read as, or why it is not taken. */
  read(value: unknown, path = ''): Value | Read | Mismatch {
    if (value !== undefined) return this.#check(value, path);
    return this.#absent === undefined ? new Mismatch(path, this.expected, value) : this.#absent.value;
  }
}

/** One of a few values. */
export function oneOf<const Value extends Literal>(...values: readonly Value[]): Option<Value> {
  const alternatives = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  return new Option(alternatives, (value, path) => {
    const found = values.find((known) => Object.is(known, value));
    return found === undefined ? new Mismatch(path, listed(alternatives), value) : found;
  });
}

/** `a, b or c`. */
export function listed(parts: readonly string[], word = 'or'): string {
  const last = parts[parts.length - 1];
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} ${word} ${last}` : last;
}
