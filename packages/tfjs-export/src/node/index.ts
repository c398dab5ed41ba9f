export { saveGraphModel } from './save-graph-model.js';
export { saveOnnx } from './save-onnx.js';
