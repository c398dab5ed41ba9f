export { errors } from './errors.js';
export { estimateCovariance } from './estimate-covariance.js';
export { foldIntoClassifier } from './fold-into-classifier.js';
export { inverseCholesky } from './inverse-cholesky.js';
export { inverseSqrt } from './inverse-sqrt.js';
export { newtonInverseSqrt } from './newton-inverse-sqrt.js';
export { whiteningSettings } from './options.js';
export { shrink } from './shrink.js';
export { applyWhitening, whiten } from './whiten.js';
export { whitenessResidual } from './whiteness-residual.js';
export { whitening } from './whitening.js';
export { WhiteningLayer, whiteningTransform } from './whitening-layer.js';
export { whiteningMatrix } from './whitening-matrix.js';
export type { Moments } from './estimate-covariance.js';
export type { EvaluationWhitening, LinearClassifier } from './fold-into-classifier.js';
export type {
  MatrixOptions,
  WhitenOptions,
  WhiteningMethod,
  WhiteningOptions,
  WhiteningSettings,
} from './options.js';
export type { Whitening } from './whiten.js';
