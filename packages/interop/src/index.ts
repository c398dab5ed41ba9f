export { interopErrors } from './errors.js';
export { fromAsyncIterable } from './from-async-iterable.js';
export { copyIntoLayersModel, fromLayersModel } from './from-layers-model.js';
export { fromTfOptimizer } from './from-tf-optimizer.js';

export type { IterableDatasetOptions } from './from-async-iterable.js';
export type { LayersModelOptions } from './from-layers-model.js';
export type { TfOptimizerOptions } from './from-tf-optimizer.js';
export type { Example, Examples, TfData } from './read-examples.js';
