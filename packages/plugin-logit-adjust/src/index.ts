export { adjustedLogits, posthocLogits, PRIOR_FLOOR } from './adjusted-logits.js';
export { errors } from './errors.js';
export { logitAdjust } from './logit-adjust.js';

export type { Prior } from './adjusted-logits.js';
export type { LogitAdjustOptions } from './logit-adjust-settings.js';
