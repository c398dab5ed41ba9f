export { METHODS, methodOf } from './methods.js';
export { readResults } from './result-file.js';
export { markdownOf, rowsOf } from './table.js';

export type { Method, MethodOptions, Stage } from './methods.js';
export type { CellResult, TestValues } from './result-file.js';
export type { Row, Spread } from './table.js';
