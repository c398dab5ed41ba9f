export { saveGraphModel } from './save-graph-model.js';
