export { exportGraphModel } from './export-graph-model.js';
export { exportOnnx } from './onnx/export-onnx.js';
export { toGraphModel } from './to-graph-model.js';
export { toOnnx } from './onnx/to-onnx.js';

export type { GraphModelOptions } from './to-graph-model.js';
export type { OnnxOptions } from './onnx/to-onnx.js';
