import { defineErrors, errorEntry, optionEntry, show } from '@evenkeel/errors';

/** Everything that can be wrong with tables and tokens. */
export const errors = defineErrors('TABLES', {
  BAD_OPTION: optionEntry({
    where: 'embeddingBag',
    option: 'vocabulary',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  BAD_ROW: errorEntry(
    (d: { part: string; row: number; column: string; received: unknown }) =>
      `Row ${d.row} of '${d.part}', column '${d.column}': expected a finite number, received ${show(d.received)}. Fill in what is ` +
      `missing, or leave the row out.`,
    { part: 'train', row: 3, column: 'age', received: NaN },
  ),
  NO_TOKEN: errorEntry(
    (d: { row: number; vocabulary: number; received: unknown }) =>
      `Row ${d.row} of a batch: expected tokens, whole numbers in 0 .. ${d.vocabulary - 1}, received ${show(d.received)}. A fraction ` +
      `comes from a batch transform that mixes numbers, such as mixup: leave it out, since the mean of two tokens is another token.`,
    { row: 3, vocabulary: 1000, received: 17.5 },
  ),
});
