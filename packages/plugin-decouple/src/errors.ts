import { defineErrors, errorEntry, optionEntry, show } from '@evenkeel/errors';

/** Everything that can be wrong with a second stage, its options or the first stage that it starts from. */
export const errors = defineErrors('DECOUPLE', {
  BAD_OPTION: optionEntry({
    where: 'tauNorm',
    option: 'tau',
    expected: 'a number of at least 0',
    received: -1,
  }),
  NO_FIRST_STAGE: errorEntry(
    (d: { stage: string; received: unknown }) =>
      `Option 'from' of ${d.stage}: expected where the checkpoint of the first stage is, an object with 'name' and 'load', received ` +
      `${show(d.received)}. Give checkpointFile(path) of @evenkeel/trainer-core/node, or a CheckpointStore.`,
    { stage: 'cRT', received: 'runs/ce' as unknown },
  ),
  NO_VALIDATION: errorEntry(
    (d: { dataset: string }) =>
      `tauNorm chooses tau on the held-out part of the training data, and data set '${d.dataset}' has none. Split one off for ` +
      "both stages ('validation'), or give 'tau' as a number.",
    { dataset: 'cifar10-lt (imbalance 100)' },
  ),
  NO_KERNEL: errorEntry(
    (d: { expected: string; received: readonly string[] }) =>
      `tauNorm needs a linear classifier: expected ${d.expected}, received ${d.received.join(', ') || 'no variables'}. ` +
      'Use the linear classifier in both stages, or cRT or ncm, which replace it.',
    { expected: "a variable 'classifier/kernel' [64, 10]", received: ["'classifier/means' [10, 64]"] },
  ),
  EMPTY_CLASS: errorEntry(
    (d: { dataset: string; classes: readonly string[] }) =>
      `ncm needs the mean feature of every class, and data set '${d.dataset}' has no training example of ${d.classes.join(', ')}. ` +
      'Leave these classes out of the data, or use cRT.',
    { dataset: 'cifar10-lt', classes: ["'truck'"] },
  ),
});
