import { defineErrors, optionEntry } from '@evenkeel/errors';

/** Everything that can be wrong with the options of diagnostics. */
export const errors = defineErrors('DIAGNOSTICS', {
  BAD_OPTION: optionEntry({
    where: 'diagnostics',
    option: 'examples',
    expected: 'a whole number of at least 2',
    received: 0,
  }),
});
