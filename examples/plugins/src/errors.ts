import { defineErrors, errorEntry, show } from '@evenkeel/errors';

/** Everything that can be wrong with the options of the example plugins. */
export const errors = defineErrors('EXAMPLE', {
  BAD_OPTION: errorEntry(
    (d: { plugin: string; option: string; expected: string; received: unknown }) =>
      `Option '${d.option}' of ${d.plugin}: expected ${d.expected}, received ${show(d.received)}. Correct it or leave it out for the default.`,
    { plugin: 'patience', option: 'epochs', expected: 'a whole number, 1 or more', received: 0 as unknown },
  ),
});

/** Throws `EXAMPLE_BAD_OPTION` unless `received` is a whole number of at least `least`. */
export function checkCount(plugin: string, option: string, received: unknown, least: number): void {
  if (Number.isInteger(received) && (received as number) >= least) return;
  throw errors.BAD_OPTION({ plugin, option, expected: `a whole number, ${least} or more`, received });
}
