export { compareCommand } from './compare-command.js';
export { METHODS, methodOf } from './methods.js';
export { recommend } from './recommendation.js';
export { readResults } from './result-file.js';
export { markdownOf, rowsOf } from './table.js';

export type { CompareCommandOptions } from './compare-command.js';
export type { Method, MethodOptions, Stage } from './methods.js';
export type { Candidate, Recommendation } from './recommendation.js';
export type { CellResult, TestValues } from './result-file.js';
export type { Row, Spread } from './table.js';
