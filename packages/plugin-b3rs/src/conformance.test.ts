import { describePlugin } from '@evenkeel/trainer-testing';
import { b3rs } from './b3rs.js';

describePlugin('b3rs', () => b3rs({ blocks: 2 }), {
  wrongOptions: [
    { what: 'no block', make: () => b3rs({ blocks: 0 }), code: 'B3RS_BAD_OPTION', option: 'blocks' },
    { what: 'a beta above 1', make: () => b3rs({ beta: 2 }), code: 'B3RS_BAD_OPTION', option: 'beta' },
    {
      what: 'shares below 0',
      make: () => b3rs({ shares: [-1, 2] }),
      code: 'B3RS_BAD_OPTION',
      option: 'shares',
    },
    {
      what: 'beta beside shares',
      make: () => b3rs({ beta: 1, shares: [1, 1] }),
      code: 'B3RS_BETA_AND_SHARES',
    },
    {
      what: 'a class in two blocks',
      make: () =>
        b3rs({
          blocks: [
            [0, 1],
            [1, 2],
          ],
        }),
      code: 'B3RS_REPEATED_CLASS',
    },
  ],
});
