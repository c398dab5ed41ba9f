export { errors } from './errors.js';
export { tensorBoard } from './tensor-board.js';
export { maskedCrc32c, tfRecord } from './tf-record.js';

export type { TensorBoardOptions } from './tensor-board.js';
