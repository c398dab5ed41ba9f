import { defineErrors, errorEntry, optionEntry, show } from '@evenkeel/errors';

/** Everything that can be wrong with the options of the losses here, or between numbers per class and the logits. */
export const errors = defineErrors('LOGIT_ADJUST', {
  BAD_OPTION: optionEntry({
    where: 'logitAdjust',
    option: 'tau',
    expected: 'a number of at least 0',
    received: -1,
  }),
  POSTHOC_PRIOR: errorEntry(
    (d: { prior: string }) =>
      `Option 'prior' of logitAdjust: expected 'dataset' or a list of numbers with mode 'posthoc', received ${show(d.prior)}: ` +
      "an evaluation has no sampler. Leave 'prior' out, or use mode 'loss'.",
    { prior: 'sampler' },
  ),
  PRIOR_LENGTH: errorEntry(
    (d: { received: number; classes: number }) =>
      `A list of priors, counts, weights or margins per class has ${d.received} entries, expected ${d.classes}, one per class of ` +
      `the logits. Give one entry per class.`,
    { received: 100, classes: 10 },
  ),
});
