export { checkGradient, finiteDifference } from './check-gradient.js';
export { testingErrors } from './errors.js';
export { expectNoLeak } from './expect-no-leak.js';
export { fakeLayerContext } from './fake-layer-context.js';
export { fakeScope } from './fake-scope.js';
export { checkBeside } from './plugin-kit/check-beside.js';
export { checkCompiled } from './plugin-kit/check-compiled.js';
export { checkConstruction } from './plugin-kit/check-construction.js';
export { checkDisposal } from './plugin-kit/check-disposal.js';
export { checkEvents } from './plugin-kit/check-events.js';
export { checkFailures } from './plugin-kit/check-failures.js';
export { checkFinite } from './plugin-kit/check-finite.js';
export { checkLeaks } from './plugin-kit/check-leaks.js';
export { checkMatches } from './plugin-kit/check-matches.js';
export { checkMicroBatches } from './plugin-kit/check-micro-batches.js';
export { checkOff } from './plugin-kit/check-off.js';
export { checkPure } from './plugin-kit/check-pure.js';
export { checkRepeatable } from './plugin-kit/check-repeatable.js';
export { checkResume } from './plugin-kit/check-resume.js';
export { checkWrongOptions } from './plugin-kit/check-wrong-options.js';
export { describePlugin } from './plugin-kit/describe-plugin.js';
export { installMatchers } from './matchers.js';
export { tinyBackbone } from './tiny-backbone.js';
export { tinyDataset } from './tiny-dataset.js';
export { useCpuBackend } from './use-cpu-backend.js';

export type { CheckGradientOptions, FiniteDifferenceOptions, Slopes } from './check-gradient.js';
export type { FakeLayerContext, FakeLayerContextOptions } from './fake-layer-context.js';
export type { FakeScope } from './fake-scope.js';
export type { Closeness, Numbers } from './matchers.js';
export type {
  CompiledRuns,
  PluginCheck,
  PluginKit,
  PluginKitOptions,
  WrongOptions,
} from './plugin-kit/kit.js';
export type { TinyBackboneOptions } from './tiny-backbone.js';
export type { TinyDatasetOptions } from './tiny-dataset.js';
