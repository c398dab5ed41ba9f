export { embeddingBag } from './embedding-bag.js';
export { errors } from './errors.js';
export { mlp } from './mlp.js';
export { onlyTokens } from './only-tokens.js';
export { tableDataset } from './table-dataset.js';

export type { EmbeddingBagOptions } from './embedding-bag.js';
export type { MlpOptions } from './mlp.js';
export type { OnlyTokensOptions } from './only-tokens.js';
export type { Table, TableRow } from './table-dataset.js';
