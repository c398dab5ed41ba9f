export { exportGraphModel } from './export-graph-model.js';
export { toGraphModel } from './to-graph-model.js';

export type { GraphModelOptions } from './to-graph-model.js';
