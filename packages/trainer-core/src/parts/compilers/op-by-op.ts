import type { StepCompiler } from '../../contract/step-compiler.js';

/** Leaves steps as they are. */
export const opByOp: StepCompiler = {
  name: 'op by op',
  compile: (step) => Object.assign(step.bind(undefined), { dispose: () => undefined }),
};
