import { nodeErrors } from './errors.js';

/** What an option may be. */
export interface OptionKind {
  /** As an error text says it. */
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** A file's or folder's path. */
export const PATH: OptionKind = { expected: 'a path', holds: isText };

/** How many, or every how many. */
export const COUNT: OptionKind = {
  expected: 'a whole number of at least 1',
  holds: (value) => Number.isInteger(value) && (value as number) >= 1,
};

/** A time span. */
export const SECONDS: OptionKind = {
  expected: 'a finite number of seconds of at least 0',
  holds: (value) => Number.isFinite(value) && (value as number) >= 0,
};

/** Any text, also none, or what gives one. */
export const LABEL: OptionKind = {
  expected: 'a text or a function that returns one',
  holds: (value) => typeof value === 'string' || typeof value === 'function',
};

/** A metric's name, or `false`. */
export const METRIC: OptionKind = {
  expected: "a metric's name or false",
  holds: (value) => value === false || isText(value),
};

/** A function. */
export const FUNCTION: OptionKind = {
  expected: 'a function',
  holds: (value) => typeof value === 'function',
};

/** Throws `TRAINER_NODE_BAD_OPTION` for the first value that is not of its kind. */
export function checkOptions<Name extends string>(
  plugin: string,
  values: Readonly<Record<Name, unknown>>,
  kinds: Readonly<Record<Name, OptionKind>>,
): void {
  for (const option of Object.keys(kinds) as Name[]) {
    const { expected, holds } = kinds[option];
    const received = values[option];
    if (!holds(received)) throw nodeErrors.BAD_OPTION({ plugin, option, expected, received });
  }
}
