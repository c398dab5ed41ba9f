import { defineErrors, errorEntry, show } from '@evenkeel/errors';

/** Everything that can be wrong with the options of the losses here, or between numbers per class and the logits. */
export const errors = defineErrors('LOGIT_ADJUST', {
  BAD_OPTION: errorEntry(
    (d: { factory: string; option: string; expected: string; received: unknown }) =>
      `Option '${d.option}' of ${d.factory}: expected ${d.expected}, received ${show(d.received)}. Correct it or leave it out for the default.`,
    { factory: 'logitAdjust', option: 'tau', expected: 'a number, 0 or more', received: -1 as unknown },
  ),
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
