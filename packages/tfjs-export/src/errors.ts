import { defineErrors, errorEntry, optionEntry } from '@evenkeel/errors';

/** Everything that keeps a function from becoming a graph model. */
export const errors = defineErrors('EXPORT', {
  BAD_OPTION: optionEntry({
    where: 'toGraphModel',
    option: 'exampleShape',
    expected: 'a list of whole numbers of at least 1',
    received: [],
  }),
  NOT_POSSIBLE: errorEntry(
    (d: { problem: string }) =>
      `The function cannot become a graph model: ${d.problem}. Expected a pure function of one tensor, received one that is not, ` +
      'or with operations that are not written yet. Compute it with the operations of tfjs alone, with each example on its own.',
    { problem: "the operation 'TopK' is not known here" },
  ),
});
