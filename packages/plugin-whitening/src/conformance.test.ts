import { describePlugin } from '@evenkeel/trainer-testing';
import { whitening } from './whitening.js';

describePlugin('whitening', () => whitening({ blend: 0.5, affine: true }), {
  wrongOptions: [
    {
      what: 'a negative epsilon',
      make: () => whitening({ epsilon: -1 }),
      code: 'WHITENING_BAD_OPTION',
      option: 'epsilon',
    },
    {
      what: 'an option of another name',
      make: () => whitening({ eps: 0.1 } as object),
      code: 'WHITENING_UNKNOWN_OPTION',
      option: 'eps',
    },
  ],
});

describePlugin('whitening that begins late, classes alike', () =>
  whitening({ from: 1, weighting: 'classes' }),
);
