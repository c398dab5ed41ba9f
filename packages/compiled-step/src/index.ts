export { compileStep } from './compile-step.js';

export type { CompiledStep, CompileStepOptions } from './compile-step.js';
export type { Draw, Step } from './step.js';
