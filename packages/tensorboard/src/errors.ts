import { defineErrors, errorEntry, optionEntry } from '@evenkeel/errors';

/** Everything that can be wrong with event files. */
export const errors = defineErrors('TENSORBOARD', {
  BAD_OPTION: optionEntry({
    where: 'tensorBoard',
    option: 'everySteps',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  NOT_WRITTEN: errorEntry(
    (d: { path: string; reason: string }) =>
      `The event file '${d.path}' could not be written: ${d.reason}. Make room or choose another folder; the run can be resumed.`,
    { path: 'runs/a/events.out.tfevents.1', reason: 'ENOSPC: no space left on device' },
  ),
});
