export { b3rs } from './b3rs.js';
export { b3rsSampler } from './b3rs-sampler.js';
export { blocksOf } from './blocks-of.js';
export { describeBatches } from './describe-batches.js';
export { errors } from './errors.js';
export { roundQuotas } from './round-quotas.js';
export { blockShares, classPrior, sharesWithin } from './class-prior.js';

export type { BlockRule } from './block-rule.js';
export type { B3rsOptions } from './b3rs-settings.js';
