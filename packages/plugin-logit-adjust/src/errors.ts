import { defineErrors, errorEntry, optionEntry, quoteAll, show } from '@evenkeel/errors';

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
  NEVER_STARTS: errorEntry(
    (d: { from: number; epochs: number }) =>
      `Option 'from' of deferredReweighting: expected an epoch of the run, 0 .. ${d.epochs - 1}, or a share below 1, received ${d.from}: no ` +
      `batch of these ${d.epochs} epochs would be weighted. Lower it, or train longer.`,
    { from: 160, epochs: 10 },
  ),
  EMPTY_CLASS: errorEntry(
    (d: { dataset: string; classes: readonly string[] }) =>
      `Post-hoc logit adjustment divides by the prior: expected training examples of every class, data set '${d.dataset}' has none of ` +
      `${quoteAll(d.classes)}. Give 'prior' as a list without zeros, or leave these classes out.`,
    { dataset: 'mine', classes: ['zebra'] as readonly string[] },
  ),
  PRIOR_LENGTH: errorEntry(
    (d: { received: number; classes: number }) =>
      `A list of priors, counts, weights or margins per class has ${d.received} entries, expected ${d.classes}, one per class of ` +
      `the logits. Give one entry per class.`,
    { received: 100, classes: 10 },
  ),
});
