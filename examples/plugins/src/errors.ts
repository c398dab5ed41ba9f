import { defineErrors, optionEntry } from '@evenkeel/errors';

/** Everything that can be wrong with the options of the example plugins. */
export const errors = defineErrors('EXAMPLE', {
  BAD_OPTION: optionEntry({
    where: 'patience',
    option: 'epochs',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
});
