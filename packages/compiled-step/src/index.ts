export { BFLOAT16_LIST } from './bfloat16-list.js';
export { compileStep, compileStepOptions, profileOptions } from './compile-step.js';
export { precisionHere } from './precision.js';

export type { InBfloat16 } from './bfloat16-list.js';
export type { CompiledStep, CompileStepOptions, ProfileOptions, StepDescription } from './compile-step.js';
export type { GraphDescription } from './describe-graph.js';
export type { OperationProfile } from './profile-graph.js';
export type { Precision, PrecisionInUse } from './precision.js';
export type { Draw, Step } from './step.js';
