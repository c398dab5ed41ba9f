export { channelCorrelation } from './channel-correlation.js';
export { classGradients } from './class-gradients.js';
export { classMargins } from './class-margins.js';
export { classifierHessian } from './classifier-hessian.js';
export { covarianceDrift, meanDrift } from './covariance-drift.js';
export { covarianceOf } from './covariance.js';
export { diagnostics } from './diagnostics.js';
export { errors } from './errors.js';
export { featureSpectrum } from './feature-spectrum.js';
export { weightNorms } from './weight-norms.js';
export { whitenessOf } from './whiteness.js';

export type { ChannelCorrelation } from './channel-correlation.js';
export type { ClassGradients } from './class-gradients.js';
export type { ClassifierHessian, HessianForm } from './classifier-hessian.js';
export type { Covariance } from './covariance.js';
export type { DiagnosticsOptions } from './diagnostics-settings.js';
export type { ExtremeEigenvalues } from './extreme-eigenvalues.js';
export type { FeatureSpectrum } from './feature-spectrum.js';
