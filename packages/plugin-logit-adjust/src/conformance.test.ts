import { describePlugin } from '@evenkeel/trainer-testing';
import type { WrongOptions } from '@evenkeel/trainer-testing';
import {
  balancedSoftmax,
  classBalancedLoss,
  deferredReweighting,
  focal,
  labelAwareSmoothing,
  ldam,
  logitAdjust,
  postHocLogitAdjust,
} from './index.js';

/** A call that must be refused because of one option. */
const wrong = (option: string, make: () => unknown): readonly WrongOptions[] => [
  { what: option, make, code: 'LOGIT_ADJUST_BAD_OPTION', option },
];

// How they go together with each other and with all other plugins is seen by tools/checks.
describePlugin('logitAdjust', () => logitAdjust({ tau: 0.5 }), {
  off: () => logitAdjust({ tau: 0 }),
  microBatches: true,
  wrongOptions: wrong('tau', () => logitAdjust({ tau: -1 })),
});
describePlugin('postHocLogitAdjust', () => postHocLogitAdjust(), {
  off: () => postHocLogitAdjust({ tau: 0 }),
  microBatches: true,
  wrongOptions: wrong('tau', () => postHocLogitAdjust({ tau: NaN })),
});
describePlugin('balancedSoftmax', () => balancedSoftmax(), {
  microBatches: true,
  wrongOptions: wrong('prior', () => balancedSoftmax({ prior: [0, 0, 0] })),
});
describePlugin('ldam', () => ldam(), {
  microBatches: true,
  wrongOptions: wrong('scale', () => ldam({ scale: 0 })),
});
describePlugin('deferredReweighting', () => deferredReweighting({ from: 0.5 }), {
  microBatches: true,
  wrongOptions: wrong('from', () => deferredReweighting({ from: -1 })),
});
describePlugin('classBalancedLoss', () => classBalancedLoss({ beta: 0.9 }), {
  microBatches: true,
  wrongOptions: wrong('beta', () => classBalancedLoss({ beta: -1 })),
});
describePlugin('focal', () => focal({ gamma: 0.5, beta: 0.99 }), {
  microBatches: true,
  wrongOptions: wrong('gamma', () => focal({ gamma: -1 })),
});
describePlugin('labelAwareSmoothing', () => labelAwareSmoothing(), {
  microBatches: true,
  wrongOptions: wrong('shape', () => labelAwareSmoothing({ shape: 'round' as 'concave' })),
});
