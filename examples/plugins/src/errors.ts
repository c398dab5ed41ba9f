import { defineErrors, errorEntry, optionEntry } from '@evenkeel/errors';

/** Everything that can be wrong with the example plugins. */
export const errors = defineErrors('EXAMPLE', {
  BAD_OPTION: optionEntry({
    where: 'patience',
    option: 'epochs',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
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
