import { defineErrors, errorEntry, optionEntry } from '@evenkeel/errors';
import { checkpointErrors } from './checkpoint-errors.js';
import { pluginErrors } from './plugin-errors.js';
import { trainingErrors } from './training-errors.js';

/** Every error that the trainer throws on purpose, apart from the options of its factories (`option-errors.ts`). */
export const trainerErrors = defineErrors('TRAINER', {
  BAD_OPTION: optionEntry({
    where: 'createTrainer',
    option: 'batchSize',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  ...pluginErrors,
  ...trainingErrors,
  ...checkpointErrors,
  BUSY: errorEntry(
    (d: { call: string; running: string }) =>
      `'${d.call}' was called while '${d.running}' is under way. Await the first, or make a second trainer.`,
    { call: 'fit', running: 'fit' },
  ),
  DISPOSED: errorEntry(
    (d: { call: string }) => `'${d.call}' was called after dispose(). Make a new trainer.`,
    {
      call: 'fit',
    },
  ),
});
