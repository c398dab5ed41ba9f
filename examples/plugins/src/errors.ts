import { defineErrors, errorEntry, optionEntry, show } from '@evenkeel/errors';

/** Everything that can be wrong with the example plugins. */
export const errors = defineErrors('EXAMPLE', {
  BAD_OPTION: optionEntry({
    where: 'patience',
    option: 'epochs',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  NO_NUMBER: errorEntry(
    (d: { metric: string; value: string; received: unknown }) =>
      `Patience watches '${d.value}' of metric '${d.metric}': expected a number, received ${show(d.received)}. Watch a value that is ` +
      `defined for this data: accuracy of few-shot classes needs test examples of such classes.`,
    { metric: 'accuracy', value: 'few', received: null },
  ),
  UNEVEN_FEATURES: errorEntry(
    (d: { count: number; features: number }) =>
      `${d.count} experts with separate backbones need as many features each: expected a multiple of ${d.count} before the ` +
      `classifier, received ${d.features}. Leave out the feature transform that changes their number, or share one backbone.`,
    { count: 3, features: 100 },
  ),
  ODD_BATCH: errorEntry(
    (d: { batchSize: number }) =>
      `Two views need an even number of examples per batch, received a batchSize of ${d.batchSize}. Give createTrainer an even one.`,
    { batchSize: 127 },
  ),
  NOT_SENT: errorEntry(
    (d: { url: string; reason: string }) =>
      `'${d.url}' did not take all events of the run: expected a status of success, received ${d.reason}. Look whether it is up; ` +
      `the run itself is complete.`,
    { url: 'http://localhost:8080/runs/a', reason: 'status 503' },
  ),
});
