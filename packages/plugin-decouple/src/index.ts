export { chooseTau, TAU_GRID } from './choose-tau.js';
export { cRT } from './crt.js';
export { errors } from './errors.js';
export { lws, scaledClassifier } from './lws.js';
export { ncm } from './ncm.js';
export { classMeans, nearestMeanLogits, represent } from './nearest-mean.js';
export { tauNorm } from './tau-norm.js';
export { tauNormalise } from './tau-normalise.js';

export type { TauChoice } from './choose-tau.js';
export type { RetrainingOptions } from './crt.js';
export type { SecondStageOptions } from './first-stage.js';
export type { NcmOptions } from './ncm.js';
export type { Nearness, Representation } from './nearest-mean.js';
export type { TauNormOptions } from './tau-norm.js';
