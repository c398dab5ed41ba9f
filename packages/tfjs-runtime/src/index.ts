import './ops/register-gradients.js';

export { BFLOAT16_LIST } from './compiled/bfloat16-list.js';
export { compileStep } from './compiled/compile-step.js';
export { checkPrecision, precisionHere } from './compiled/precision.js';
export { batchNormInference, batchNormTraining } from './ops/batch-norm.js';
export { conv2d } from './ops/conv2d.js';
export { conv3x3 } from './ops/conv3x3.js';
export { cholesky, invertLowerTriangular, symmetricEigen } from './ops/linear-algebra.js';
export { relu } from './ops/relu.js';
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy.js';

export type { InBfloat16 } from './compiled/bfloat16-list.js';
export type { CompiledStep, CompileStepOptions, StepDescription } from './compiled/compile-step.js';
export type { GraphDescription } from './compiled/describe-graph.js';
export type { Precision, PrecisionInUse } from './compiled/precision.js';
export type { Draw, Step } from './compiled/step.js';
export type { BatchNormTraining } from './ops/batch-norm.js';
export type { SymmetricEigen } from './ops/linear-algebra.js';
