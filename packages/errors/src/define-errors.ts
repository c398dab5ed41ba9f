import { EvenkeelError } from './evenkeel-error.js';

/** One line of an error table: how its text is made, and an example that documentation and tests render. */
export interface ErrorEntry<Details> {
  /** Renders the text: the culprit in quotes, what was expected, what was received, what to do. */
  readonly text: (details: Details) => string;
  /** Details such as a user would meet. */
  readonly example: Details;
}

/** Any entry, whatever its details: what a table may hold. */
interface AnyEntry {
  readonly text: (details: never) => string;
  readonly example: unknown;
}

/** Makes the error of one entry; `cause` keeps what lies behind it. */
export type ErrorFactory<Details> = (
  details: Details,
  options?: { readonly cause?: unknown },
) => EvenkeelError;

/** The factories of a package's errors, by the same keys as its table. */
export type ErrorTable<Entries extends Record<string, AnyEntry>> = {
  readonly [Key in keyof Entries]: Entries[Key] extends ErrorEntry<infer Details>
    ? ErrorFactory<Details>
    : never;
};

const entriesOf = new WeakMap<
  object,
  { readonly prefix: string; readonly entries: Record<string, AnyEntry> }
>();

/** Writes one entry, so that its text and its example agree on the type of the details. */
export function errorEntry<Details>(
  text: (details: Details) => string,
  example: NoInfer<Details>,
): ErrorEntry<Details> {
  return { text, example };
}

/**
 * Turns a table of texts into factories whose errors carry the code `PREFIX_KEY`; every package has one such table.
 *
 * @example
 * const errors = defineErrors('WHITENING', {
 *   BAD_EPSILON: errorEntry((d: { received: number }) => `Expected epsilon in [0, 1], received ${d.received}.`, { received: -1 }),
 * });
 * throw errors.BAD_EPSILON({ received: -1 });   // code: 'WHITENING_BAD_EPSILON'
 */
export function defineErrors<Entries extends Record<string, AnyEntry>>(
  prefix: string,
  entries: Entries,
): ErrorTable<Entries> {
  const table = Object.fromEntries(
    Object.entries(entries).map(([key, entry]) => [
      key,
      (details: never, options?: { cause?: unknown }) =>
        new EvenkeelError(`${prefix}_${key}`, entry.text(details), { details, cause: options?.cause }),
    ]),
  );
  entriesOf.set(table, { prefix, entries });
  return table as ErrorTable<Entries>;
}

/** Every error of a table with its example's text, for documentation and for the test that walks the table. */
export function renderErrors(table: object): readonly { readonly code: string; readonly text: string }[] {
  const known = entriesOf.get(table);
  if (known === undefined) throw new TypeError('renderErrors expects a table made by defineErrors.');
  return Object.entries(known.entries).map(([key, entry]) => ({
    code: `${known.prefix}_${key}`,
    text: entry.text(entry.example as never),
  }));
}
