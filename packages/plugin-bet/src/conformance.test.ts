import { describePlugin } from '@evenkeel/trainer-testing';
import { bet } from './bet.js';

describePlugin('bet', () => bet({ every: 2, trains: 'classifier' }), {
  off: () => bet({ every: Infinity }),
  wrongOptions: [
    { what: 'no base batch', make: () => bet({ every: 0 }), code: 'BET_BAD_OPTION', option: 'every' },
    {
      what: 'an unknown part',
      make: () => bet({ trains: 'head' as 'all' }),
      code: 'BET_BAD_OPTION',
      option: 'trains',
    },
  ],
});
