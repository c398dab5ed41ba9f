export { checkGradient, finiteDifference } from './check-gradient.js';
export { testingErrors } from './errors.js';
export { expectNoLeak } from './expect-no-leak.js';
export { fakeLayerContext } from './fake-layer-context.js';
export { fakeScope } from './fake-scope.js';
export { installMatchers } from './matchers.js';
export { tinyBackbone } from './tiny-backbone.js';
export { tinyDataset } from './tiny-dataset.js';
export { useCpuBackend } from './use-cpu-backend.js';

export type { CheckGradientOptions, FiniteDifferenceOptions, Slopes } from './check-gradient.js';
export type { FakeLayerContext, FakeLayerContextOptions } from './fake-layer-context.js';
export type { FakeScope } from './fake-scope.js';
export type { Closeness, Numbers } from './matchers.js';
export type { TinyBackboneOptions } from './tiny-backbone.js';
export type { TinyDatasetOptions } from './tiny-dataset.js';
