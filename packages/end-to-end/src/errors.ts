import { defineErrors, optionEntry } from '@evenkeel/errors';

/** What can be wrong with the options of the preset itself; those of a module are checked by its plugin. */
export const errors = defineErrors('END_TO_END', {
  BAD_OPTION: optionEntry({
    problem: 'unknown',
    where: 'endToEnd',
    option: 'whiten',
    known: ['whitening', 'b3rs', 'bet', 'logitAdjust'],
    nearest: 'whitening',
  }),
});
