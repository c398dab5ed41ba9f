import './ops/register-gradients.js';

export { batchMoments, normaliseBy } from './ops/batch-moments.js';
export { batchNormInference, batchNormTraining } from './ops/batch-norm.js';
export { conv2d } from './ops/conv2d.js';
export { conv3x3 } from './ops/conv3x3.js';
export { cholesky, invertLowerTriangular, symmetricEigen } from './ops/linear-algebra.js';
export { movedAverage } from './ops/moved-average.js';
export { relu } from './ops/relu.js';
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy.js';

export type { BatchMoments } from './ops/batch-moments.js';
export type { BatchNormTraining } from './ops/batch-norm.js';
export type { SymmetricEigen } from './ops/linear-algebra.js';
