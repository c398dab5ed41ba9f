import { describePlugin } from '@evenkeel/trainer-testing';
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

describePlugin('logitAdjust', () => logitAdjust({ tau: 0.5 }), { beside: { focal } });
describePlugin('postHocLogitAdjust', () => postHocLogitAdjust(), {
  off: () => postHocLogitAdjust({ tau: 0 }),
});
describePlugin('balancedSoftmax', () => balancedSoftmax(), { beside: { logitAdjust, deferredReweighting } });
describePlugin('ldam', () => ldam(), { beside: { deferredReweighting, classBalancedLoss } });
describePlugin('deferredReweighting', () => deferredReweighting({ from: 1 }), { beside: { focal } });
describePlugin('classBalancedLoss', () => classBalancedLoss({ beta: 0.9 }), {
  beside: { deferredReweighting },
});
describePlugin('focal', () => focal({ gamma: 0.5, beta: 0.99 }), { beside: { labelAwareSmoothing } });
describePlugin('labelAwareSmoothing', () => labelAwareSmoothing(), { beside: { ldam } });
