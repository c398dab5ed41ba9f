import { defineErrors, optionEntry } from '@evenkeel/errors';

/** Everything that can be wrong with the options of the example plugins. */
export const errors = defineErrors('EXAMPLE', {
  BAD_OPTION: optionEntry({
    where: 'mixup',
    option: 'alpha',
    expected: 'a number in [0.05, 2]',
    received: 0,
  }),
});
