import { describePlugin } from '@evenkeel/trainer-testing';
import { diagnostics } from './diagnostics.js';

describePlugin('diagnostics', () => diagnostics({ every: 1, examples: 12 }), {
  observer: true,
  wrongOptions: [
    {
      what: 'never',
      make: () => diagnostics({ every: 0 }),
      code: 'DIAGNOSTICS_BAD_OPTION',
      option: 'every',
    },
  ],
});
