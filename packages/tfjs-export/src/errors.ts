import { defineErrors, errorEntry, optionEntry } from '@evenkeel/errors';

/** Everything that keeps a function from being exported. */
export const errors = defineErrors('EXPORT', {
  BAD_OPTION: optionEntry({
    where: 'toGraphModel',
    option: 'exampleShape',
    expected: 'a list of whole numbers of at least 1',
    received: [],
  }),
  NOT_FINITE: errorEntry(
    (d: { shape: readonly number[]; value: number }) =>
      `A weight of shape [${d.shape.join(', ')}] holds ${d.value}, expected finite numbers. Nothing was written: the network has diverged; export an earlier checkpoint of it.`,
    { shape: [64, 10] as readonly number[], value: NaN },
  ),
  NOT_POSSIBLE: errorEntry(
    (d: { problem: string }) =>
      `The function cannot be exported: ${d.problem}. Expected a pure function of one tensor, received one that is not, ` +
      'or with operations that are not written yet. Compute it with the operations of tfjs that the README of @evenkeel/tfjs-export lists, with each example on its own.',
    { problem: "the operation 'TopK' is not known here" },
  ),
});
